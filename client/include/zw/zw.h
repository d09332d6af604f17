#pragma once

/*
 * libzw's own functions
 *
 * What NT has no call for: attaching to a daemon explicitly, crossing exec, names of statuses. A
 * program that needs none of it includes <wdm.h> or <winternl.h> and calls Nt and Zw services; the
 * first call attaches by itself, and starts a per-user daemon if there is none.
 *
 * Every service also has an entry with the ordinary calling convention, for callers that cannot
 * call Microsoft's (ctypes, P/Invoke): zw_open_section() is NtOpenSection(), and so on, with the
 * thread's PreviousMode too.
 *
 * Environment (ignored in set-id programs):
 *   NTOBJ_ADDRESS  where the daemon listens: a socket's path, or "system"
 *   NTOBJ_INHERIT  the descriptor that zw_prepare_exec() made
 *   NTOBJD         the daemon's program, where one is to be started
 *   ZW_TRACE       file that gets one line per call, or "-" for standard error
 */

#include "ntdef.h"
#include "ntexapi.h"
#include "ntiofile.h"
#include "ntmmapi.h"
#include "ntobapi.h"
#include "ntpsapi.h"
#include "ntrtl.h"
#include "ntseapi.h"
#include "ntstatus.h"

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/*
 * Attach as a driver host, a kernel persona: threads begin with PreviousMode KernelMode, and Zw
 * services always run with it. In KernelMode access is not checked (but with
 * OBJ_FORCE_ACCESS_CHECK), and handles may be kernel handles.
 */
#define ZW_ATTACH_KERNEL 0x1u

/**
 * zw_attach() - attach this process to a daemon now
 * @address: a socket's path, "system", or NULL for what NTOBJ_ADDRESS says or else the user's own
 * @flags:   ZW_ATTACH_ flags
 *
 * Return: STATUS_SUCCESS; STATUS_ALREADY_REGISTERED if the process is attached;
 * STATUS_PRIVILEGE_NOT_HELD if the daemon's policy refuses the kernel persona;
 * STATUS_REVISION_MISMATCH for a daemon of another protocol; STATUS_PORT_CONNECTION_REFUSED if
 * nobody listens there, or who listens is neither this user nor root nor ntobjd;
 * STATUS_INVALID_PARAMETER for unknown flags or an address that is too long.
 */
NTSTATUS zw_attach(const char *address, ULONG flags);

/**
 * zw_detach() - give up the attachment
 *
 * All handles are closed; views stay. No other thread may be inside a call. The next call that
 * needs no handle attaches anew. Return: STATUS_SUCCESS, or STATUS_PORT_DISCONNECTED if there was
 * none.
 */
NTSTATUS zw_detach(void);

/**
 * zw_prepare_exec() - let the program that this process is about to exec have the inheritable
 * handles
 * @ret_fd: a descriptor without close-on-exec. Pass its number to the new program as NTOBJ_INHERIT.
 *          Closing it instead gives the copies back. A process that is attached to another daemon
 *          than the default also passes NTOBJ_ADDRESS, or the new program's threads share one
 *          connection.
 * Return: STATUS_SUCCESS; STATUS_INVALID_PARAMETER for NULL; STATUS_INSUFFICIENT_RESOURCES without
 * a free descriptor; or the failure of the request to the daemon.
 */
NTSTATUS zw_prepare_exec(int *ret_fd);

/**
 * zw_enable_fault_recovery() - answer bad pointers with STATUS_ACCESS_VIOLATION
 *
 * Pointers to memory of a file that ends before it are answered with STATUS_IN_PAGE_ERROR. Installs
 * one handler for SIGSEGV and SIGBUS. It acts on faults inside libzw's probe functions, ends the
 * guard of guard pages (ntvirtual.h), and passes every other fault, and the one at a guard page
 * too, to the handler that was there before. Without it, a wild pointer that is handed to a service
 * faults as in any C library. To be called once, early: a handler that the program installs
 * afterwards comes first, and has to pass on what it does not know.
 *
 * Return: STATUS_SUCCESS, also when it is on already; STATUS_INVALID_DEVICE_STATE if another
 * handler has been put over it meanwhile.
 */
NTSTATUS zw_enable_fault_recovery(void);

/**
 * zw_set_previous_mode() - whom the calling thread's Nt calls are made for
 * @mode: KernelMode, or UserMode to play a user-mode program that called into a driver: then access
 *        is checked, kernel handles are STATUS_INVALID_HANDLE, OBJ_KERNEL_HANDLE is dropped, and
 *        pointers to kernel addresses are STATUS_ACCESS_VIOLATION
 *
 * Only threads of a kernel persona have a choice, and begin in KernelMode; elsewhere nothing
 * changes. Zw services run in KernelMode whatever was chosen. Return: the mode before.
 */
KPROCESSOR_MODE zw_set_previous_mode(KPROCESSOR_MODE mode);

/**
 * zw_add_kernel_range() - memory of this process that plays the kernel's
 * @base: where it begins: an image of a driver, pool, the stack of a system thread
 * @size: in bytes
 *
 * Matters in a kernel persona only, to calls with PreviousMode UserMode.
 *
 * Return: STATUS_SUCCESS; STATUS_INVALID_PARAMETER for a range that is empty or no range;
 * STATUS_INSUFFICIENT_RESOURCES if there are 1,024 already.
 */
NTSTATUS zw_add_kernel_range(PVOID base, SIZE_T size);

/* The range that was added with @base is one no longer. STATUS_INVALID_PARAMETER if none was. */
NTSTATUS zw_remove_kernel_range(PVOID base);

/**
 * zw_sddl_to_descriptor() - make a security descriptor of its text
 * @text: SDDL in ASCII: "O:BAG:SYD:(A;;GA;;;SY)(A;;GR;;;WD)S:(ML;;NW;;;ME)". Users and groups of
 *        Linux are S-1-22-1-uid and S-1-22-2-gid.
 * @ret:  gets it, self-relative; for zw_free()
 * @size: gets its length in bytes; may be NULL
 *
 * Return: STATUS_SUCCESS; STATUS_INVALID_PARAMETER for a syntax error or a NULL pointer;
 * STATUS_INVALID_SID; STATUS_INVALID_ACL for conditional, object and other entries that do not
 * exist here; STATUS_INSUFFICIENT_RESOURCES for more than 65,000 bytes; STATUS_NO_MEMORY.
 */
NTSTATUS zw_sddl_to_descriptor(const char *text, PSECURITY_DESCRIPTOR *ret, PULONG size);

/**
 * zw_descriptor_to_sddl() - the text of a security descriptor
 * @descriptor:  absolute or self-relative
 * @information: the parts to show
 * @ret:         gets it; for zw_free()
 *
 * Return: STATUS_SUCCESS; STATUS_INVALID_PARAMETER for a NULL pointer;
 * STATUS_INVALID_SECURITY_DESCR; STATUS_INVALID_ACL for entries that have no text here;
 * STATUS_INSUFFICIENT_RESOURCES for more than 65,000 bytes; STATUS_NO_MEMORY.
 */
NTSTATUS zw_descriptor_to_sddl(
                PSECURITY_DESCRIPTOR descriptor, SECURITY_INFORMATION information, char **ret);

/* Frees what a zw_ function allocated; NULL is allowed. */
void zw_free(void *pointer);

/* "STATUS_SUCCESS" for 0, and so on; NULL for a value without a name. The string is static. */
const char *zw_status_name(NTSTATUS status);

/* "0.1.0". The string is static. */
const char *zw_version(void);

/* The id of the calling thread: CLIENT_ID.UniqueThread, and OwningThread of the locks that it has.
 * A multiple of 4 that no other thread of this machine has. */
HANDLE zw_thread_id(void);

/* The heap that every process has: RtlProcessHeap() of programs that have a PEB. */
PVOID zw_process_heap(void);

#define ZW_NO_USER  0xFFFFFFFFu
#define ZW_NO_LIMIT 0xFFFFFFFFFFFFFFFFull

/* One thing that the daemon counts. */
typedef struct _ZW_STATISTIC {
        CHAR Name[32]; /* "objects", "grants", ...; with a NUL */
        ULONGLONG Value;
        ULONGLONG Limit; /* the user's quota, or ZW_NO_LIMIT */
        ULONG User;      /* uid, or ZW_NO_USER for the whole daemon */
        ULONG Reserved;
} ZW_STATISTIC, *PZW_STATISTIC;

/**
 * zw_query_statistics() - what the daemon holds
 * @statistics: array to fill in
 * @capacity:   its entries
 * @count:      how many there are; may be more than @capacity
 * Return: STATUS_SUCCESS; STATUS_BUFFER_TOO_SMALL with as many entries as fit;
 * STATUS_INVALID_PARAMETER for a NULL pointer; or why there is no daemon to ask.
 */
NTSTATUS zw_query_statistics(PZW_STATISTIC statistics, ULONG capacity, PULONG count);

/**
 * zw_file_from_descriptor() - a File for a descriptor of Linux: standard input and output, mostly
 * @fd:         any descriptor; it stays the caller's, and may be closed at once
 * @access:     FILE_ rights, generic ones, MAXIMUM_ALLOWED; SYNCHRONIZE and FILE_READ_ATTRIBUTES
 *              are always added
 * @attributes: 0 or OBJ_INHERIT
 * @file:       gets the handle; 0 on failure
 *
 * NtReadFile and NtWriteFile without an offset go on where the descriptor is: its position is
 * shared with all who have it, here and on Linux, and what is written to one that appends goes to
 * the end always. A regular file is held to NT's sharing rules from now on, unless they are broken
 * already. Reads of a pipe, a socket or a terminal return what there is; writes, all or a failure.
 * The end of a pipe is STATUS_PIPE_BROKEN, that of a terminal STATUS_END_OF_FILE; to write to a
 * pipe that nobody reads is STATUS_PIPE_CLOSING, and SIGPIPE to a program that has not ignored it.
 *
 * A File of a pipe, a socket or a terminal works in this process only: what another process does
 * with a duplicate of it, but to close it, is STATUS_NOT_SUPPORTED.
 *
 * Return: STATUS_SUCCESS; STATUS_ACCESS_VIOLATION; STATUS_INVALID_PARAMETER for other attributes;
 * STATUS_INVALID_HANDLE if @fd is not open; STATUS_ACCESS_DENIED if it was not opened for what
 * @access says, or asks for what no descriptor has (DELETE, WRITE_DAC, WRITE_OWNER);
 * STATUS_INSUFFICIENT_RESOURCES without a free descriptor; STATUS_QUOTA_EXCEEDED; or why there is
 * no daemon.
 */
NTSTATUS zw_file_from_descriptor(int fd, ACCESS_MASK access, ULONG attributes, PHANDLE file);

/*
 * What a host of Windows programs adds to threads: NtCreateThreadEx() and its like make threads of
 * Linux, and a thread of a Windows program also has a stack, a TEB, and DLLs that want to know.
 */

/* A thread that is about to run, or runs. */
typedef struct _ZW_THREAD {
        PVOID StartAddress; /* NTSTATUS NTAPI (PVOID) */
        PVOID Argument;
        SIZE_T StackReserve; /* in bytes; 0: as usual */
        SIZE_T StackCommit;
        ULONG CreateFlags;  /* THREAD_CREATE_FLAGS_ */
        CLIENT_ID ClientId; /* UniqueThread is 0 until it runs */
        PVOID Teb;          /* what queries say; NULL without one */
        PVOID Host;         /* the host's own */
} ZW_THREAD, *PZW_THREAD;

typedef struct _ZW_THREAD_HOOKS {
        PVOID Peb; /* what queries of the process say */

        /* On the creating thread: makes what the new one needs. A failure is the creator's. */
        NTSTATUS (*Prepare)(PZW_THREAD thread);

        /* On the new thread: calls StartAddress with Argument. Return: the exit status. */
        NTSTATUS (*Run)(PZW_THREAD thread);

        /* Gives back what Prepare made: after Run, on the thread itself; or without it, on any. */
        VOID (*Discard)(PZW_THREAD thread);

        /* Of the calling thread: makes Run return. @notify: DLLs are to know. Does not return. */
        VOID (*ExitThread)(NTSTATUS status, BOOLEAN notify);

        /* RtlExitUserProcess(). Does not return. */
        VOID (*ExitProcess)(NTSTATUS status);

        /* NtTerminateProcess(NULL): all threads but the calling one stop. */
        NTSTATUS (*StopOthers)(NTSTATUS status);
} ZW_THREAD_HOOKS, *PZW_THREAD_HOOKS;

/* Sets them for the rest of the process's life, before any thread is made. @hooks must live as
 * long. STATUS_ALREADY_REGISTERED if there are some; STATUS_INVALID_PARAMETER without one of them.
 */
NTSTATUS zw_set_thread_hooks(const ZW_THREAD_HOOKS *hooks);

/**
 * zw_adopt_thread() - the calling thread is one that hooks should have made: the first one
 * @thread: ClientId is filled in; must live as long as the thread
 * Return: STATUS_SUCCESS; STATUS_INVALID_PARAMETER; STATUS_NO_MEMORY; or why there is no daemon.
 */
NTSTATUS zw_adopt_thread(PZW_THREAD thread);

/* What other processes see as ExitStatus when this one has ended, however it ends. May be called
 * in a signal handler. Costs no message. */
void zw_set_exit_status(NTSTATUS status);

/* Entries with the ordinary calling convention; see the services of the same names. */
NTSTATUS zw_close(HANDLE handle);
NTSTATUS zw_create_section(PHANDLE section,
                ACCESS_MASK access,
                POBJECT_ATTRIBUTES attributes,
                PLARGE_INTEGER maximum_size,
                ULONG protection,
                ULONG allocation_attributes,
                HANDLE file);
NTSTATUS zw_create_section_ex(PHANDLE section,
                ACCESS_MASK access,
                POBJECT_ATTRIBUTES attributes,
                PLARGE_INTEGER maximum_size,
                ULONG protection,
                ULONG allocation_attributes,
                HANDLE file,
                PMEM_EXTENDED_PARAMETER parameters,
                ULONG n_parameters);
NTSTATUS zw_open_section(PHANDLE section, ACCESS_MASK access, POBJECT_ATTRIBUTES attributes);
NTSTATUS zw_map_view_of_section(HANDLE section,
                HANDLE process,
                PVOID *base,
                ULONG_PTR zero_bits,
                SIZE_T commit_size,
                PLARGE_INTEGER offset,
                PSIZE_T view_size,
                SECTION_INHERIT inherit,
                ULONG allocation_type,
                ULONG protection);
NTSTATUS zw_map_view_of_section_ex(HANDLE section,
                HANDLE process,
                PVOID *base,
                PLARGE_INTEGER offset,
                PSIZE_T view_size,
                ULONG allocation_type,
                ULONG protection,
                PMEM_EXTENDED_PARAMETER parameters,
                ULONG n_parameters);
NTSTATUS zw_unmap_view_of_section(HANDLE process, PVOID base);
NTSTATUS zw_unmap_view_of_section_ex(HANDLE process, PVOID base, ULONG flags);
NTSTATUS zw_allocate_virtual_memory(HANDLE process,
                PVOID *base,
                ULONG_PTR zero_bits,
                PSIZE_T size,
                ULONG type,
                ULONG protection);
NTSTATUS zw_allocate_virtual_memory_ex(HANDLE process,
                PVOID *base,
                PSIZE_T size,
                ULONG type,
                ULONG protection,
                PMEM_EXTENDED_PARAMETER parameters,
                ULONG n_parameters);
NTSTATUS zw_free_virtual_memory(HANDLE process, PVOID *base, PSIZE_T size, ULONG type);
NTSTATUS zw_protect_virtual_memory(
                HANDLE process, PVOID *base, PSIZE_T size, ULONG protection, PULONG old);
NTSTATUS zw_query_virtual_memory(HANDLE process,
                PVOID base,
                MEMORY_INFORMATION_CLASS information_class,
                PVOID information,
                SIZE_T length,
                PSIZE_T return_length);
NTSTATUS zw_set_information_virtual_memory(HANDLE process,
                VIRTUAL_MEMORY_INFORMATION_CLASS information_class,
                ULONG_PTR n_ranges,
                PMEMORY_RANGE_ENTRY ranges,
                PVOID information,
                ULONG length);
NTSTATUS zw_flush_virtual_memory(
                HANDLE process, PVOID *base, PSIZE_T size, PIO_STATUS_BLOCK io_status);
NTSTATUS zw_lock_virtual_memory(HANDLE process, PVOID *base, PSIZE_T size, ULONG type);
NTSTATUS zw_unlock_virtual_memory(HANDLE process, PVOID *base, PSIZE_T size, ULONG type);
NTSTATUS zw_read_virtual_memory(
                HANDLE process, PVOID base, PVOID buffer, SIZE_T size, PSIZE_T done);
NTSTATUS zw_write_virtual_memory(
                HANDLE process, PVOID base, PVOID buffer, SIZE_T size, PSIZE_T done);
NTSTATUS zw_are_mapped_files_the_same(PVOID first, PVOID second);
NTSTATUS zw_extend_section(HANDLE section, PLARGE_INTEGER size);
NTSTATUS zw_query_section(HANDLE section,
                SECTION_INFORMATION_CLASS information_class,
                PVOID information,
                SIZE_T length,
                PSIZE_T return_length);
NTSTATUS zw_create_file(PHANDLE file,
                ACCESS_MASK access,
                POBJECT_ATTRIBUTES attributes,
                PIO_STATUS_BLOCK io_status,
                PLARGE_INTEGER allocation,
                ULONG file_attributes,
                ULONG share,
                ULONG disposition,
                ULONG options,
                PVOID ea,
                ULONG ea_length);
NTSTATUS zw_open_file(PHANDLE file,
                ACCESS_MASK access,
                POBJECT_ATTRIBUTES attributes,
                PIO_STATUS_BLOCK io_status,
                ULONG share,
                ULONG options);
NTSTATUS zw_read_file(HANDLE file,
                HANDLE event,
                PIO_APC_ROUTINE apc,
                PVOID apc_context,
                PIO_STATUS_BLOCK io_status,
                PVOID buffer,
                ULONG length,
                PLARGE_INTEGER offset,
                PULONG key);
NTSTATUS zw_write_file(HANDLE file,
                HANDLE event,
                PIO_APC_ROUTINE apc,
                PVOID apc_context,
                PIO_STATUS_BLOCK io_status,
                PVOID buffer,
                ULONG length,
                PLARGE_INTEGER offset,
                PULONG key);
NTSTATUS zw_flush_buffers_file(HANDLE file, PIO_STATUS_BLOCK io_status);
NTSTATUS zw_query_information_file(HANDLE file,
                PIO_STATUS_BLOCK io_status,
                PVOID information,
                ULONG length,
                FILE_INFORMATION_CLASS information_class);
NTSTATUS zw_set_information_file(HANDLE file,
                PIO_STATUS_BLOCK io_status,
                PVOID information,
                ULONG length,
                FILE_INFORMATION_CLASS information_class);
NTSTATUS zw_query_attributes_file(
                POBJECT_ATTRIBUTES attributes, PFILE_BASIC_INFORMATION information);
NTSTATUS zw_query_full_attributes_file(
                POBJECT_ATTRIBUTES attributes, PFILE_NETWORK_OPEN_INFORMATION information);
NTSTATUS zw_query_volume_information_file(HANDLE file,
                PIO_STATUS_BLOCK io_status,
                PVOID information,
                ULONG length,
                FS_INFORMATION_CLASS information_class);
NTSTATUS zw_query_system_time(PLARGE_INTEGER time);
NTSTATUS zw_set_system_time(PLARGE_INTEGER time, PLARGE_INTEGER previous);
NTSTATUS zw_query_performance_counter(PLARGE_INTEGER counter, PLARGE_INTEGER frequency);
ULONG zw_get_tick_count(void);
NTSTATUS zw_query_timer_resolution(PULONG maximum, PULONG minimum, PULONG current);
NTSTATUS zw_set_timer_resolution(ULONG wanted, BOOLEAN set, PULONG actual);
NTSTATUS zw_query_system_information(SYSTEM_INFORMATION_CLASS information_class,
                PVOID information,
                ULONG length,
                PULONG return_length);
NTSTATUS zw_query_system_information_ex(SYSTEM_INFORMATION_CLASS information_class,
                PVOID input,
                ULONG input_length,
                PVOID information,
                ULONG length,
                PULONG return_length);
NTSTATUS zw_set_system_information(
                SYSTEM_INFORMATION_CLASS information_class, PVOID information, ULONG length);
NTSTATUS zw_allocate_locally_unique_id(PLUID luid);
NTSTATUS zw_allocate_uuids(PULARGE_INTEGER time, PULONG range, PULONG sequence, PCHAR seed);
NTSTATUS zw_query_default_locale(BOOLEAN user, PLCID locale);
NTSTATUS zw_query_default_ui_language(LANGID *language);
NTSTATUS zw_query_install_ui_language(LANGID *language);
NTSTATUS zw_display_string(PUNICODE_STRING string);
NTSTATUS zw_raise_hard_error(NTSTATUS error,
                ULONG n,
                ULONG strings,
                PULONG_PTR parameters,
                ULONG options,
                PULONG response);
NTSTATUS zw_shutdown_system(SHUTDOWN_ACTION action);
NTSTATUS zw_query_object(HANDLE handle,
                OBJECT_INFORMATION_CLASS information_class,
                PVOID information,
                ULONG length,
                PULONG return_length);
NTSTATUS zw_duplicate_object(HANDLE source_process,
                HANDLE source,
                HANDLE target_process,
                PHANDLE target,
                ACCESS_MASK access,
                ULONG attributes,
                ULONG options);
NTSTATUS zw_set_information_object(HANDLE handle,
                OBJECT_INFORMATION_CLASS information_class,
                PVOID information,
                ULONG length);
NTSTATUS zw_make_temporary_object(HANDLE handle);
NTSTATUS zw_make_permanent_object(HANDLE handle);
NTSTATUS zw_compare_objects(HANDLE first, HANDLE second);
NTSTATUS zw_create_directory_object(
                PHANDLE directory, ACCESS_MASK access, POBJECT_ATTRIBUTES attributes);
NTSTATUS zw_create_directory_object_ex(PHANDLE directory,
                ACCESS_MASK access,
                POBJECT_ATTRIBUTES attributes,
                HANDLE shadow,
                ULONG flags);
NTSTATUS zw_open_directory_object(
                PHANDLE directory, ACCESS_MASK access, POBJECT_ATTRIBUTES attributes);
NTSTATUS zw_query_directory_object(HANDLE directory,
                PVOID buffer,
                ULONG length,
                BOOLEAN single_entry,
                BOOLEAN restart,
                PULONG context,
                PULONG return_length);
NTSTATUS zw_create_private_namespace(PHANDLE handle,
                ACCESS_MASK access,
                POBJECT_ATTRIBUTES attributes,
                POBJECT_BOUNDARY_DESCRIPTOR boundary);
NTSTATUS zw_open_private_namespace(PHANDLE handle,
                ACCESS_MASK access,
                POBJECT_ATTRIBUTES attributes,
                POBJECT_BOUNDARY_DESCRIPTOR boundary);
NTSTATUS zw_delete_private_namespace(HANDLE handle);
NTSTATUS zw_create_symbolic_link_object(PHANDLE link,
                ACCESS_MASK access,
                POBJECT_ATTRIBUTES attributes,
                PUNICODE_STRING target);
NTSTATUS zw_open_symbolic_link_object(
                PHANDLE link, ACCESS_MASK access, POBJECT_ATTRIBUTES attributes);
NTSTATUS zw_query_symbolic_link_object(HANDLE link, PUNICODE_STRING target, PULONG return_length);
NTSTATUS zw_query_security_object(HANDLE handle,
                SECURITY_INFORMATION information,
                PSECURITY_DESCRIPTOR descriptor,
                ULONG length,
                PULONG needed);
NTSTATUS zw_set_security_object(
                HANDLE handle, SECURITY_INFORMATION information, PSECURITY_DESCRIPTOR descriptor);
NTSTATUS zw_open_process_token(HANDLE process, ACCESS_MASK access, PHANDLE token);
NTSTATUS zw_open_process_token_ex(
                HANDLE process, ACCESS_MASK access, ULONG attributes, PHANDLE token);
NTSTATUS zw_open_thread_token(HANDLE thread, ACCESS_MASK access, BOOLEAN as_self, PHANDLE token);
NTSTATUS zw_open_thread_token_ex(HANDLE thread,
                ACCESS_MASK access,
                BOOLEAN as_self,
                ULONG attributes,
                PHANDLE token);
NTSTATUS zw_query_information_token(HANDLE token,
                TOKEN_INFORMATION_CLASS information_class,
                PVOID information,
                ULONG length,
                PULONG return_length);
NTSTATUS zw_adjust_privileges_token(HANDLE token,
                BOOLEAN disable_all,
                PTOKEN_PRIVILEGES state,
                ULONG length,
                PTOKEN_PRIVILEGES previous,
                PULONG return_length);
NTSTATUS zw_privilege_check(HANDLE token, PPRIVILEGE_SET required, PBOOLEAN result);
NTSTATUS zw_duplicate_token(HANDLE token,
                ACCESS_MASK access,
                POBJECT_ATTRIBUTES attributes,
                BOOLEAN effective_only,
                TOKEN_TYPE type,
                PHANDLE ret);
NTSTATUS zw_access_check(PSECURITY_DESCRIPTOR descriptor,
                HANDLE token,
                ACCESS_MASK access,
                PGENERIC_MAPPING mapping,
                PPRIVILEGE_SET privileges,
                PULONG privileges_length,
                PACCESS_MASK granted,
                PNTSTATUS access_status);
NTSTATUS zw_impersonate_anonymous_token(HANDLE thread);
NTSTATUS zw_open_process(PHANDLE process,
                ACCESS_MASK access,
                POBJECT_ATTRIBUTES attributes,
                PCLIENT_ID client_id);
NTSTATUS zw_query_information_process(HANDLE process,
                PROCESSINFOCLASS information_class,
                PVOID information,
                ULONG length,
                PULONG return_length);
NTSTATUS zw_set_information_process(HANDLE process,
                PROCESSINFOCLASS information_class,
                PVOID information,
                ULONG length);
NTSTATUS zw_terminate_process(HANDLE process, NTSTATUS exit_status);
NTSTATUS zw_flush_instruction_cache(HANDLE process, PVOID base, SIZE_T length);
NTSTATUS zw_create_thread_ex(PHANDLE thread,
                ACCESS_MASK access,
                POBJECT_ATTRIBUTES attributes,
                HANDLE process,
                PVOID routine,
                PVOID argument,
                ULONG flags,
                SIZE_T zero_bits,
                SIZE_T stack_size,
                SIZE_T maximum_stack_size,
                PPS_ATTRIBUTE_LIST list);
NTSTATUS zw_open_thread(PHANDLE thread,
                ACCESS_MASK access,
                POBJECT_ATTRIBUTES attributes,
                PCLIENT_ID client_id);
NTSTATUS zw_terminate_thread(HANDLE thread, NTSTATUS exit_status);
NTSTATUS zw_suspend_thread(HANDLE thread, PULONG before);
NTSTATUS zw_resume_thread(HANDLE thread, PULONG before);
NTSTATUS zw_delay_execution(BOOLEAN alertable, PLARGE_INTEGER interval);
NTSTATUS zw_yield_execution(void);
ULONG zw_get_current_processor_number(void);
void zw_flush_process_write_buffers(void);
NTSTATUS zw_query_information_thread(HANDLE thread,
                THREADINFOCLASS information_class,
                PVOID information,
                ULONG length,
                PULONG return_length);
NTSTATUS zw_set_information_thread(
                HANDLE thread, THREADINFOCLASS information_class, PVOID information, ULONG length);
NTSTATUS zw_query_debug_filter_state(ULONG component, ULONG level);
NTSTATUS zw_set_debug_filter_state(ULONG component, ULONG level, BOOLEAN state);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
