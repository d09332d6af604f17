#pragma once

/*
 * The process environment block
 *
 * What a Windows program finds through its TEB: the loader's lists, the process parameters, the
 * version of the system. Layouts are those of Windows 10 (build 19045) on x64; programs read them
 * by offset, so that the offsets are checked here. Fields that nothing here fills stay 0.
 */

#include <stddef.h>
#include <stdint.h>

#include "ntdef.h"

typedef struct ListLink ListLink;
typedef struct Peb Peb;

/* LIST_ENTRY: a link of a ring, and its head. */
struct ListLink {
        ListLink *next;
        ListLink *previous;
};

/* PEB_LDR_DATA: heads of the rings of LdrEntry. */
typedef struct LdrData {
        ULONG length;
        BOOLEAN initialized;
        PVOID ss_handle;
        ListLink in_load_order;
        ListLink in_memory_order;
        ListLink in_initialization_order;
        PVOID entry_in_progress;
        BOOLEAN shutdown_in_progress;
        HANDLE shutdown_thread;
} LdrData;

/* RTL_BALANCED_NODE */
typedef struct LdrTreeNode {
        struct LdrTreeNode *children[2];
        ULONG_PTR parent;
} LdrTreeNode;

/* LDR_DATA_TABLE_ENTRY: one module. */
typedef struct LdrEntry {
        ListLink in_load_order;
        ListLink in_memory_order;
        ListLink in_initialization_order;
        PVOID base;
        PVOID entry_point;
        ULONG size_of_image;
        UNICODE_STRING full_name;
        UNICODE_STRING base_name;
        ULONG flags;
        USHORT obsolete_load_count;
        USHORT tls_index;
        ListLink hash_links;
        ULONG time_date_stamp;
        PVOID activation_context;
        PVOID lock;
        PVOID ddag_node;
        ListLink node_module_link;
        PVOID load_context;
        PVOID parent_base;
        PVOID switch_back_context;
        LdrTreeNode base_address_node;
        LdrTreeNode mapping_info_node;
        ULONG_PTR original_base;
        LARGE_INTEGER load_time;
        ULONG base_name_hash;
        ULONG load_reason;
        ULONG implicit_path_options;
        ULONG reference_count;
        ULONG dependent_load_flags;
        UCHAR signing_level;
} LdrEntry;

/* CURDIR */
typedef struct CurrentDirectory {
        UNICODE_STRING path; /* with a backslash at its end */
        HANDLE handle;
} CurrentDirectory;

/* RTL_DRIVE_LETTER_CURDIR */
typedef struct DriveDirectory {
        USHORT flags;
        USHORT length;
        ULONG time_stamp;
        STRING path;
} DriveDirectory;

/* PROCESS_PARAMETERS' flags */
#define PARAMETERS_NORMALIZED 0x1u

/* RTL_USER_PROCESS_PARAMETERS: one block of memory with all its strings. */
typedef struct ProcessParameters {
        ULONG maximum_length;
        ULONG length;
        ULONG flags;
        ULONG debug_flags;
        HANDLE console_handle;
        ULONG console_flags;
        HANDLE standard_input;
        HANDLE standard_output;
        HANDLE standard_error;
        CurrentDirectory current_directory;
        UNICODE_STRING dll_path;
        UNICODE_STRING image_path_name;
        UNICODE_STRING command_line;
        PWSTR environment;
        ULONG starting_x;
        ULONG starting_y;
        ULONG count_x;
        ULONG count_y;
        ULONG count_chars_x;
        ULONG count_chars_y;
        ULONG fill_attribute;
        ULONG window_flags;
        ULONG show_window_flags;
        UNICODE_STRING window_title;
        UNICODE_STRING desktop_info;
        UNICODE_STRING shell_info;
        UNICODE_STRING runtime_data;
        DriveDirectory drive_directories[32];
        SIZE_T environment_size; /* in bytes */
        SIZE_T environment_version;
        PVOID package_dependency_data;
        ULONG process_group_id;
        ULONG loader_threads;
        UNICODE_STRING redirection_dll_name;
        UNICODE_STRING heap_partition_name;
        PVOID default_threadpool_cpu_set_masks;
        ULONG n_default_threadpool_cpu_set_masks;
        ULONG default_threadpool_thread_maximum;
} ProcessParameters;

/* RTL_BITMAP */
typedef struct BitMap {
        ULONG size; /* in bits */
        PULONG bits;
} BitMap;

/* PEB */
struct Peb {
        BOOLEAN inherited_address_space;
        BOOLEAN read_image_file_execution_options;
        BOOLEAN being_debugged;
        UCHAR bit_field;
        HANDLE mutant; /* -1 */
        PVOID image_base;
        LdrData *ldr;
        ProcessParameters *parameters;
        PVOID subsystem_data;
        PVOID process_heap;
        PVOID fast_lock; /* RTL_CRITICAL_SECTION */
        PVOID atl_thunk_list;
        PVOID ifeo_key;
        ULONG cross_process_flags;
        PVOID kernel_callback_table;
        ULONG system_reserved;
        ULONG atl_thunk_list_32;
        PVOID api_set_map;
        ULONG tls_expansion_counter;
        BitMap *tls_bitmap;
        ULONG tls_bitmap_bits[2];
        PVOID read_only_shared_memory_base;
        PVOID shared_data;
        PVOID read_only_static_server_data;
        PVOID ansi_code_page_data;
        PVOID oem_code_page_data;
        PVOID unicode_case_table_data;
        ULONG n_processors;
        ULONG nt_global_flag;
        LARGE_INTEGER critical_section_timeout;
        SIZE_T heap_segment_reserve;
        SIZE_T heap_segment_commit;
        SIZE_T heap_decommit_total_free_threshold;
        SIZE_T heap_decommit_free_block_threshold;
        ULONG n_heaps;
        ULONG n_heaps_max;
        PVOID *process_heaps;
        PVOID gdi_shared_handle_table;
        PVOID process_starter_helper;
        ULONG gdi_dc_attribute_list;
        PVOID loader_lock; /* RTL_CRITICAL_SECTION */
        ULONG os_major_version;
        ULONG os_minor_version;
        USHORT os_build_number;
        USHORT os_csd_version;
        ULONG os_platform_id;
        ULONG image_subsystem;
        ULONG image_subsystem_major_version;
        ULONG image_subsystem_minor_version;
        ULONG_PTR active_process_affinity_mask;
        ULONG gdi_handle_buffer[60];
        PVOID post_process_init_routine;
        BitMap *tls_expansion_bitmap;
        ULONG tls_expansion_bitmap_bits[32];
        ULONG session_id;
        ULARGE_INTEGER app_compat_flags;
        ULARGE_INTEGER app_compat_flags_user;
        PVOID shim_data;
        PVOID app_compat_info;
        UNICODE_STRING csd_version;
        PVOID activation_context_data;
        PVOID process_assembly_storage_map;
        PVOID system_default_activation_context_data;
        PVOID system_assembly_storage_map;
        SIZE_T minimum_stack_commit;
        PVOID spare_pointers[4];
        ULONG spare_ulongs[5];
        PVOID wer_registration_data;
        PVOID wer_ship_assert;
        PVOID unused;
        PVOID image_header_hash;
        ULONGLONG tracing_flags;
        ULONGLONG csr_server_read_only_shared_memory_base;
        PVOID tpp_worker_list_lock;
        ListLink tpp_worker_list;
        PVOID wait_on_address_hash_table[128];
        PVOID telemetry_coverage_header;
        ULONG cloud_file_flags;
        ULONG cloud_file_diagnostic_flags;
        CHAR placeholder_compatibility_mode;
        CHAR reserved[7];
        PVOID leap_second_data;
        ULONG leap_second_flags;
        ULONG nt_global_flag_2;
};

#define PEB_OFFSET(type, field, offset) _Static_assert(offsetof(type, field) == (offset), #field)

PEB_OFFSET(LdrData, in_load_order, 0x10);
PEB_OFFSET(LdrData, shutdown_thread, 0x50);
_Static_assert(sizeof(LdrData) == 0x58, "PEB_LDR_DATA");

PEB_OFFSET(LdrEntry, base, 0x30);
PEB_OFFSET(LdrEntry, full_name, 0x48);
PEB_OFFSET(LdrEntry, flags, 0x68);
PEB_OFFSET(LdrEntry, hash_links, 0x70);
PEB_OFFSET(LdrEntry, ddag_node, 0x98);
PEB_OFFSET(LdrEntry, base_address_node, 0xC8);
PEB_OFFSET(LdrEntry, original_base, 0xF8);
PEB_OFFSET(LdrEntry, reference_count, 0x114);
_Static_assert(sizeof(LdrEntry) == 0x120, "LDR_DATA_TABLE_ENTRY");

PEB_OFFSET(ProcessParameters, standard_input, 0x20);
PEB_OFFSET(ProcessParameters, current_directory, 0x38);
PEB_OFFSET(ProcessParameters, image_path_name, 0x60);
PEB_OFFSET(ProcessParameters, command_line, 0x70);
PEB_OFFSET(ProcessParameters, environment, 0x80);
PEB_OFFSET(ProcessParameters, window_title, 0xB0);
PEB_OFFSET(ProcessParameters, drive_directories, 0xF0);
PEB_OFFSET(ProcessParameters, environment_size, 0x3F0);
PEB_OFFSET(ProcessParameters, heap_partition_name, 0x420);
_Static_assert(sizeof(ProcessParameters) == 0x440, "RTL_USER_PROCESS_PARAMETERS");

PEB_OFFSET(Peb, image_base, 0x10);
PEB_OFFSET(Peb, ldr, 0x18);
PEB_OFFSET(Peb, parameters, 0x20);
PEB_OFFSET(Peb, process_heap, 0x30);
PEB_OFFSET(Peb, fast_lock, 0x38);
PEB_OFFSET(Peb, api_set_map, 0x68);
PEB_OFFSET(Peb, tls_bitmap, 0x78);
PEB_OFFSET(Peb, n_processors, 0xB8);
PEB_OFFSET(Peb, nt_global_flag, 0xBC);
PEB_OFFSET(Peb, critical_section_timeout, 0xC0);
PEB_OFFSET(Peb, n_heaps, 0xE8);
PEB_OFFSET(Peb, loader_lock, 0x110);
PEB_OFFSET(Peb, os_major_version, 0x118);
PEB_OFFSET(Peb, os_platform_id, 0x124);
PEB_OFFSET(Peb, active_process_affinity_mask, 0x138);
PEB_OFFSET(Peb, post_process_init_routine, 0x230);
PEB_OFFSET(Peb, tls_expansion_bitmap, 0x238);
PEB_OFFSET(Peb, session_id, 0x2C0);
PEB_OFFSET(Peb, csd_version, 0x2E8);
PEB_OFFSET(Peb, minimum_stack_commit, 0x318);
PEB_OFFSET(Peb, wer_registration_data, 0x358);
PEB_OFFSET(Peb, tpp_worker_list, 0x390);
PEB_OFFSET(Peb, leap_second_data, 0x7B8);
_Static_assert(sizeof(Peb) == 0x7C8, "PEB");
