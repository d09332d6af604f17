#include "section-file.h"

#include <sys/stat.h>

#include "file.h"
#include "ntstatus.h"
#include "section-rules.h"
#include "section.h"

/* Whether a descriptor for the section alone is the file's, and can do what it is for, and no more:
 * who may not write to a section must not get one that can. */
static NTSTATUS check_descriptor(
                const ClientFd *fd, const File *file, bool writes, FileFacts *ret) {
        NTSTATUS status = STATUS_ACCESS_DENIED;

        if (fd->fd >= 0)
                status = client_fd_look(fd, ret);
        if (!NT_SUCCESS(status))
                return status;
        if (!ret->readable || ret->writable != writes)
                return STATUS_ACCESS_DENIED;
        return file_identity_equal(&ret->identity, &file->facts.identity)
                               ? STATUS_SUCCESS
                               : STATUS_INVALID_PARAMETER;
}

static bool views_write(const SectionFileRequest *request) {
        return !(request->attributes & SEC_IMAGE) && protection_writes(request->protection);
}

static NTSTATUS check_size(const SectionFileRequest *request, uint64_t file_size) {
        uint64_t size = 0;
        NTSTATUS status = STATUS_SUCCESS;

        if (request->attributes & SEC_IMAGE)
                return file_size == 0 ? STATUS_INVALID_FILE_FOR_SECTION : STATUS_SUCCESS;
        status = section_check_file_size(request->protection, request->size, file_size, &size);
        if (NT_SUCCESS(status) && size > file_size)
                return STATUS_SECTION_NOT_EXTENDED;
        return status;
}

NTSTATUS section_file_check(const SectionFileRequest *request, FileFacts *ret) {
        FileFacts facts = { 0 }, writing = { 0 };
        NTSTATUS status = section_check_file(request->attributes, request->protection);

        if (!NT_SUCCESS(status))
                return status;
        if (!S_ISREG(request->file->facts.mode))
                return STATUS_INVALID_FILE_FOR_SECTION;
        status = check_descriptor(&request->read_only, request->file, false, &facts);
        if (NT_SUCCESS(status) && views_write(request))
                status = check_descriptor(&request->read_write, request->file, true, &writing);
        if (NT_SUCCESS(status))
                status = check_size(request, facts.size);
        if (NT_SUCCESS(status))
                *ret = facts;
        return status;
}

static FileBondKind bond_kind(const SectionFileRequest *request) {
        if (request->attributes & SEC_IMAGE)
                return FILE_BOND_IMAGE;
        return views_write(request) ? FILE_BOND_WRITABLE_DATA : FILE_BOND_DATA;
}

NTSTATUS section_file_new_take(FileTable *files,
                SectionFileRequest *request,
                uid_t uid,
                Section *section,
                SectionFile **ret) {
        autoclientfd ClientFd read_only = client_fd_steal(&request->read_only);
        autoclientfd ClientFd read_write = client_fd_steal(&request->read_write);
        g_autofree SectionFile *file = g_try_new0(SectionFile, 1);
        bool may_write = request->file->facts.writable || views_write(request);
        NTSTATUS status = STATUS_NO_MEMORY;

        if (file)
                status = file_bond_begin(files, &request->file->facts.identity, bond_kind(request),
                                uid, may_write, &section->object, &file->bond);
        if (!NT_SUCCESS(status))
                return status;
        file->name = file_name_ref(request->file->name);
        file->read_only = client_fd_steal(&read_only);
        file->read_write = views_write(request) ? client_fd_steal(&read_write) : CLIENT_FD_NONE;
        section->object.reports = true;
        *ret = g_steal_pointer(&file);
        return STATUS_SUCCESS;
}

void section_file_free(SectionFile *file) {
        if (!file)
                return;
        file_bond_end(&file->bond);
        file->name = file_name_unref(file->name);
        client_fd_clear(&file->read_only);
        client_fd_clear(&file->read_write);
        g_free(file);
}

static NTSTATUS make(FileTable *files, SectionFileRequest *request, Quota *quota, Section **ret) {
        g_autoptr(Object) object = NULL;
        Section *section = NULL;
        FileFacts facts = { 0 };
        NTSTATUS status = section_check_attributes(request->attributes, request->protection);

        if (NT_SUCCESS(status))
                status = section_file_check(request, &facts);
        if (NT_SUCCESS(status))
                status = object_new(&section_type, quota, &object);
        if (!NT_SUCCESS(status))
                return status;
        section = (Section *) object;
        section->fd = -1;
        section->size = request->size == 0 ? facts.size : request->size;
        section->attributes = section_file_reported_attributes(request->attributes);
        section->protection = request->protection;
        status = section_file_new_take(files, request, quota_uid(quota), section, &section->file);
        if (!NT_SUCCESS(status))
                return status;
        g_steal_pointer(&object);
        *ret = section;
        return STATUS_SUCCESS;
}

NTSTATUS section_new_of_file_take(
                FileTable *files, SectionFileRequest *request, Quota *quota, Section **ret) {
        NTSTATUS status = make(files, request, quota, ret);

        client_fd_clear(&request->read_only);
        client_fd_clear(&request->read_write);
        return status;
}

NTSTATUS section_file_memory(const SectionFile *file, ACCESS_MASK access, const ClientFd **ret) {
        if (!access_maps(access))
                return STATUS_ACCESS_DENIED;
        *ret = access & SECTION_MAP_WRITE && file->read_write.fd >= 0 ? &file->read_write
                                                                      : &file->read_only;
        return STATUS_SUCCESS;
}
