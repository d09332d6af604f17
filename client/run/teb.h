#pragma once

/*
 * The thread environment block
 *
 * What a thread of a Windows program finds at GS. Layout of Windows 10 (build 19045) on x64;
 * programs read it by offset, so that the offsets are checked here. Fields that nothing here fills
 * stay 0.
 */

#include "ntdef.h"
#include "peb.h"

#define TEB_TLS_SLOTS           64u
#define TEB_TLS_EXPANSION_SLOTS 1024u
#define TEB_STATIC_UNITS        261u

/* same_flags */
#define TEB_INITIAL_THREAD 0x0400u

typedef struct Teb Teb;

/* TEB; what comes first is NT_TIB. */
struct Teb {
        PVOID exception_list;
        PVOID stack_base;  /* one past the stack's highest byte */
        PVOID stack_limit; /* its lowest committed byte */
        PVOID subsystem_tib;
        PVOID fiber_data;
        PVOID arbitrary_user_pointer;
        Teb *self;
        PVOID environment_pointer;
        CLIENT_ID client_id;
        PVOID active_rpc_handle;
        PVOID *tls_pointer; /* of static TLS, by index */
        Peb *peb;
        ULONG last_error;
        ULONG n_owned_critical_sections;
        PVOID csr_client_thread;
        PVOID win32_thread_info;
        ULONG user32_reserved[26];
        ULONG user_reserved[5];
        PVOID wow32_reserved;
        ULONG current_locale;
        ULONG fp_software_status_register;
        PVOID reserved_for_debugger_instrumentation[16];
        PVOID system_reserved_1[30];
        CHAR placeholder_compatibility_mode;
        BOOLEAN placeholder_hydration_always_explicit;
        CHAR placeholder_reserved[10];
        ULONG proxied_process_id;
        UCHAR activation_stack[0x28];
        UCHAR working_on_behalf_ticket[8];
        NTSTATUS exception_code;
        PVOID activation_context_stack;
        ULONG_PTR instrumentation_callback_sp;
        ULONG_PTR instrumentation_callback_previous_pc;
        ULONG_PTR instrumentation_callback_previous_sp;
        ULONG tx_fs_context;
        BOOLEAN instrumentation_callback_disabled;
        BOOLEAN unaligned_load_store_exceptions;
        UCHAR gdi_batch[0x4E8] __attribute__((aligned(8)));
        CLIENT_ID real_client_id;
        HANDLE gdi_cached_process_handle;
        ULONG gdi_client_pid;
        ULONG gdi_client_tid;
        PVOID gdi_thread_local_info;
        ULONG_PTR win32_client_info[62];
        PVOID gl_dispatch_table[233];
        ULONG_PTR gl_reserved_1[29];
        PVOID gl_reserved_2;
        PVOID gl_section_info;
        PVOID gl_section;
        PVOID gl_table;
        PVOID gl_current_rc;
        PVOID gl_context;
        NTSTATUS last_status;
        UNICODE_STRING static_string;
        WCHAR static_units[TEB_STATIC_UNITS];
        PVOID deallocation_stack;
        PVOID tls_slots[TEB_TLS_SLOTS];
        ListLink tls_links;
        PVOID vdm;
        PVOID reserved_for_nt_rpc;
        HANDLE dbg_ss_reserved[2];
        ULONG hard_error_mode;
        PVOID instrumentation[11];
        UCHAR activity_id[16];
        PVOID sub_process_tag;
        PVOID perflib_data;
        PVOID etw_trace_data;
        PVOID winsock_data;
        ULONG gdi_batch_count;
        ULONG ideal_processor;
        ULONG guaranteed_stack_bytes;
        PVOID reserved_for_perf;
        PVOID reserved_for_ole;
        ULONG waiting_on_loader_lock;
        PVOID saved_priority_state;
        ULONG_PTR reserved_for_code_coverage;
        PVOID thread_pool_data;
        PVOID *tls_expansion_slots;
        PVOID deallocation_b_store;
        PVOID b_store_limit;
        ULONG mui_generation;
        ULONG is_impersonating;
        PVOID nls_cache;
        PVOID shim_data;
        ULONG heap_data;
        HANDLE current_transaction;
        PVOID active_frame;
        PVOID fls_data;
        PVOID preferred_languages;
        PVOID user_preferred_languages;
        PVOID merged_preferred_languages;
        ULONG mui_impersonation;
        USHORT cross_flags;
        USHORT same_flags;
        PVOID txn_scope_enter_callback;
        PVOID txn_scope_exit_callback;
        PVOID txn_scope_context;
        ULONG lock_count;
        LONG wow_teb_offset;
        PVOID resource_return_value;
        PVOID reserved_for_wdf;
        ULONGLONG reserved_for_crt;
        UCHAR effective_container_id[16];
};

PEB_OFFSET(Teb, self, 0x30);
PEB_OFFSET(Teb, client_id, 0x40);
PEB_OFFSET(Teb, tls_pointer, 0x58);
PEB_OFFSET(Teb, peb, 0x60);
PEB_OFFSET(Teb, last_error, 0x68);
PEB_OFFSET(Teb, user32_reserved, 0x80);
PEB_OFFSET(Teb, wow32_reserved, 0x100);
PEB_OFFSET(Teb, system_reserved_1, 0x190);
PEB_OFFSET(Teb, exception_code, 0x2C0);
PEB_OFFSET(Teb, activation_context_stack, 0x2C8);
PEB_OFFSET(Teb, gdi_batch, 0x2F0);
PEB_OFFSET(Teb, real_client_id, 0x7D8);
PEB_OFFSET(Teb, win32_client_info, 0x800);
PEB_OFFSET(Teb, gl_reserved_1, 0x1138);
PEB_OFFSET(Teb, last_status, 0x1250);
PEB_OFFSET(Teb, static_string, 0x1258);
PEB_OFFSET(Teb, deallocation_stack, 0x1478);
PEB_OFFSET(Teb, tls_slots, 0x1480);
PEB_OFFSET(Teb, tls_links, 0x1680);
PEB_OFFSET(Teb, hard_error_mode, 0x16B0);
PEB_OFFSET(Teb, instrumentation, 0x16B8);
PEB_OFFSET(Teb, guaranteed_stack_bytes, 0x1748);
PEB_OFFSET(Teb, waiting_on_loader_lock, 0x1760);
PEB_OFFSET(Teb, thread_pool_data, 0x1778);
PEB_OFFSET(Teb, tls_expansion_slots, 0x1780);
PEB_OFFSET(Teb, nls_cache, 0x17A0);
PEB_OFFSET(Teb, fls_data, 0x17C8);
PEB_OFFSET(Teb, same_flags, 0x17EE);
PEB_OFFSET(Teb, lock_count, 0x1808);
PEB_OFFSET(Teb, effective_container_id, 0x1828);
_Static_assert(sizeof(Teb) == 0x1838, "TEB");

/* The calling thread's; only threads that run the program's code have one. */
static inline Teb *teb_current(void) {
        Teb *teb;

        __asm__("movq %%gs:0x30, %0" : "=r"(teb));
        return teb;
}
