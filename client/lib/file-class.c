#include "file-class.h"

#include "ntstatus.h"

#define QUERIED(type, access)                                                                      \
        { .query_length = sizeof(type), .query_access = (access), .ours = true }
#define SET(type, access)                                                                          \
        { .set_length = sizeof(type), .set_access = (access), .ours = true }
#define BOTH(type, to_query, to_set)                                                               \
        {                                                                                          \
                .query_length = sizeof(type), .query_access = (to_query),                          \
                .set_length = sizeof(type), .set_access = (to_set), .ours = true                   \
        }

/*
 * What Windows has and this project has not is only known: whether it is for queries or for setting
 * is not told apart. Rights: ReactOS's I/O manager, and Microsoft's pages of the structures.
 */
static const FileClass classes[FileMaximumInformation] = {
        /* These are NtQueryDirectoryFile's. */
        [FileDirectoryInformation] = { .ours = true },
        [FileFullDirectoryInformation] = { .ours = true },
        [FileBothDirectoryInformation] = { .ours = true },
        [FileNamesInformation] = { .ours = true },
        [FileIdBothDirectoryInformation] = { .ours = true },
        [FileIdFullDirectoryInformation] = { .ours = true },
        [FileBasicInformation] =
                        BOTH(FILE_BASIC_INFORMATION, FILE_READ_ATTRIBUTES, FILE_WRITE_ATTRIBUTES),
        [FileStandardInformation] = QUERIED(FILE_STANDARD_INFORMATION, 0),
        [FileInternalInformation] = QUERIED(FILE_INTERNAL_INFORMATION, 0),
        [FileEaInformation] = QUERIED(FILE_EA_INFORMATION, 0),
        [FileAccessInformation] = QUERIED(FILE_ACCESS_INFORMATION, 0),
        [FileNameInformation] = QUERIED(FILE_NAME_INFORMATION, 0),
        [FileDispositionInformation] = SET(FILE_DISPOSITION_INFORMATION, DELETE),
        [FilePositionInformation] = BOTH(FILE_POSITION_INFORMATION, 0, 0),
        [FileModeInformation] = BOTH(FILE_MODE_INFORMATION, 0, 0), /* to set is not supported */
        [FileAlignmentInformation] = QUERIED(FILE_ALIGNMENT_INFORMATION, 0),
        [FileAllInformation] = QUERIED(FILE_ALL_INFORMATION, FILE_READ_ATTRIBUTES),
        [FileAllocationInformation] = SET(FILE_ALLOCATION_INFORMATION, FILE_WRITE_DATA),
        [FileEndOfFileInformation] = SET(FILE_END_OF_FILE_INFORMATION, FILE_WRITE_DATA),
        [FileNetworkOpenInformation] = QUERIED(FILE_NETWORK_OPEN_INFORMATION, FILE_READ_ATTRIBUTES),
        [FileAttributeTagInformation] =
                        QUERIED(FILE_ATTRIBUTE_TAG_INFORMATION, FILE_READ_ATTRIBUTES),
};

FileClass file_class(FILE_INFORMATION_CLASS information_class) {
        FileClass class = { 0 };

        if ((ULONG) information_class == 0 || (ULONG) information_class >= FileMaximumInformation)
                return class;
        class = classes[information_class];
        class.exists = true;
        return class;
}

NTSTATUS file_class_check(const FileClass *class, ULONG length_needed, ULONG length) {
        if (!class->exists || (class->ours && length_needed == 0))
                return STATUS_INVALID_INFO_CLASS;
        return length < length_needed ? STATUS_INFO_LENGTH_MISMATCH : STATUS_SUCCESS;
}
