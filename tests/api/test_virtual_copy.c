/*
 * NtReadVirtualMemory and NtWriteVirtualMemory. by-tests 1.15, 1.11.
 */

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "memory.h"
#include "scene.h"
#include "winternl.h"

#define SIZE GRANULE
#define NONE ((HANDLE) (uintptr_t) 0x3FFFF0)
#define TOP  0x7FFFFFFF0000u

static NTSTATUS read_own(void *from, void *to, SIZE_T size, SIZE_T *done) {
        return NtReadVirtualMemory(NtCurrentProcess(), from, to, size, done);
}

static NTSTATUS write_own(void *to, void *from, SIZE_T size, SIZE_T *done) {
        return NtWriteVirtualMemory(NtCurrentProcess(), to, from, size, done);
}

START_TEST(own_memory_is_copied_both_ways) {
        uint8_t *memory = memory_new(SIZE, MEM_COMMIT, PAGE_READWRITE);
        char text[] = "sixteen letters", back[16] = "";
        SIZE_T done = 0;

        api_assert_ok(write_own(memory + 0xFF8, text, 16, &done));
        ck_assert_uint_eq(done, 16);
        api_assert_ok(read_own(memory + 0xFF8, back, 16, &done));
        ck_assert_uint_eq(done, 16);
        ck_assert_str_eq(back, text);
        api_assert_ok(read_own(memory, back, 16, NULL));
        ck_assert_str_eq(back, "");
        api_assert_ok(memory_free(memory, 0, MEM_RELEASE));
}
END_TEST

/* by-tests 1.15: across an inaccessible page a read is 8000000D with no bytes, a write the prefix.
 */
START_TEST(partial_copies) {
        uint8_t *memory = memory_new(SIZE, MEM_COMMIT, PAGE_READWRITE);
        char buffer[0x20] = "";
        SIZE_T done = 77;

        api_assert_ok(memory_protect(memory + 0x1000, 0x1000, PAGE_NOACCESS, NULL));
        ck_assert_status(read_own(memory + 0xFF0, buffer, 0x20, &done), STATUS_PARTIAL_COPY);
        ck_assert_uint_eq(done, 0);
        ck_assert_status(write_own(memory + 0xFF0, buffer, 0x20, &done), STATUS_PARTIAL_COPY);
        ck_assert_uint_eq(done, 0x10);
        ck_assert_status(read_own(memory + 0x1000, buffer, 1, &done), STATUS_PARTIAL_COPY);
        ck_assert_uint_eq(done, 0);
        ck_assert_status(read_own(NULL, buffer, 1, &done), STATUS_PARTIAL_COPY);
        api_assert_ok(memory_protect(memory, 0x1000, PAGE_READONLY, NULL));
        done = 77;
        ck_assert_status(write_own(memory, buffer, 1, &done), STATUS_PARTIAL_COPY);
        ck_assert_uint_eq(done, 0);
        api_assert_ok(memory_free(memory, 0, MEM_RELEASE));
}
END_TEST

START_TEST(what_is_wrong_is_noticed_in_this_order) {
        char buffer[16] = "";
        SIZE_T done = 77;

        ck_assert_status(NtReadVirtualMemory(NONE, (PVOID) TOP, buffer, 1, &done),
                        STATUS_ACCESS_VIOLATION);
        ck_assert_status(NtReadVirtualMemory(NONE, buffer, (PVOID) TOP, 1, &done),
                        STATUS_ACCESS_VIOLATION);
        ck_assert_status(NtReadVirtualMemory(NONE, buffer, buffer, TOP, &done),
                        STATUS_ACCESS_VIOLATION);
        ck_assert_status(NtReadVirtualMemory(NONE, buffer, buffer, 1, API_WILD),
                        STATUS_ACCESS_VIOLATION);
        ck_assert_uint_eq(done, 77);
        api_assert_ok(NtReadVirtualMemory(NONE, buffer, buffer, 0, &done)); /* nothing to do */
        ck_assert_uint_eq(done, 0);
        ck_assert_status(
                        NtReadVirtualMemory(NONE, buffer, buffer, 1, &done), STATUS_INVALID_HANDLE);
        ck_assert_status(NtWriteVirtualMemory((HANDLE) (intptr_t) -4, buffer, buffer, 1, &done),
                        STATUS_OBJECT_TYPE_MISMATCH);
        ck_assert_status(read_own(buffer, API_WILD, 1, &done), STATUS_ACCESS_VIOLATION);
        ck_assert_uint_eq(done, 0);
}
END_TEST

/* Another process of the server, with memory to look at. */
typedef struct Other {
        pid_t pid;
        int go;
        HANDLE id;
        char *text; /* its address there */
} Other;

static _Noreturn void other_run(int said, int go) {
        PROCESS_BASIC_INFORMATION basic;
        char text[32] = "what the child has";
        Other self = { .text = text };
        char byte;

        need(NtQueryInformationProcess(NtCurrentProcess(), ProcessBasicInformation, &basic,
                             sizeof(basic), NULL) == STATUS_SUCCESS);
        self.id = (HANDLE) basic.UniqueProcessId;
        need(write(said, &self, sizeof(self)) == sizeof(self));
        need(read(go, &byte, 1) == 0);
        need(strcmp(text, "what the parent wrote") == 0 || strcmp(text, "what the child has") == 0);
        need(zw_detach() == STATUS_SUCCESS);
        _exit(0);
}

static Other other_start(void) {
        int said[2], go[2];
        Other other = { 0 };
        pid_t pid;

        ck_assert_int_eq(pipe2(said, O_CLOEXEC), 0);
        ck_assert_int_eq(pipe2(go, O_CLOEXEC), 0);
        pid = fork();
        ck_assert_int_ge(pid, 0);
        if (pid == 0) {
                close(said[0]);
                close(go[1]);
                other_run(said[1], go[0]);
        }
        close(said[1]);
        close(go[0]);
        ck_assert_int_eq(read(said[0], &other, sizeof(other)), sizeof(other));
        close(said[0]);
        other.pid = pid;
        other.go = go[1];
        return other;
}

static void other_end(Other *other) {
        close(other->go);
        scene_expect_success(other->pid);
}

static HANDLE other_open(const Other *other, ACCESS_MASK access) {
        OBJECT_ATTRIBUTES none;
        CLIENT_ID client_id = { other->id, NULL };
        HANDLE process = NULL;

        InitializeObjectAttributes(&none, NULL, 0, NULL, NULL);
        api_assert_ok(NtOpenProcess(&process, access, &none, &client_id));
        return process;
}

/* by-tests 1.11: contents readable with ReadProcessMemory. */
START_TEST(memory_of_another_process_is_read_and_written) {
        Other other = other_start();
        HANDLE reader = other_open(&other, PROCESS_VM_READ);
        HANDLE writer = other_open(&other, PROCESS_VM_WRITE);
        char text[32] = "what the parent wrote", back[32] = "";
        SIZE_T done = 0;

        api_assert_ok(NtReadVirtualMemory(reader, other.text, back, sizeof(back), &done));
        ck_assert_uint_eq(done, sizeof(back));
        ck_assert_str_eq(back, "what the child has");
        ck_assert_status(NtWriteVirtualMemory(reader, other.text, text, sizeof(text), &done),
                        STATUS_ACCESS_DENIED);
        ck_assert_status(NtReadVirtualMemory(writer, other.text, back, sizeof(back), &done),
                        STATUS_ACCESS_DENIED);
        ck_assert_uint_eq(done, 0);
        api_assert_ok(NtWriteVirtualMemory(writer, other.text, text, sizeof(text), &done));
        ck_assert_uint_eq(done, sizeof(text));
        api_assert_ok(NtReadVirtualMemory(reader, other.text, back, sizeof(back), NULL));
        ck_assert_str_eq(back, text);
        ck_assert_status(NtReadVirtualMemory(reader, NULL, back, 1, &done), STATUS_PARTIAL_COPY);
        other_end(&other);
        api_assert_ok(NtClose(reader));
        api_assert_ok(NtClose(writer));
}
END_TEST

START_TEST(process_that_has_ended_has_no_memory) {
        Other other = other_start();
        HANDLE process = other_open(&other, PROCESS_VM_READ);
        char back[32] = "";
        SIZE_T done = 77;

        other_end(&other);
        ck_assert_status(NtReadVirtualMemory(process, other.text, back, sizeof(back), &done),
                        STATUS_PROCESS_IS_TERMINATING);
        ck_assert_uint_eq(done, 0);
        api_assert_ok(NtClose(process));
}
END_TEST

/* A handle on the own process is as good as the pseudo handle; for other processes only copying
 * works. */
START_TEST(handles_to_processes_are_told_apart) {
        Other other = other_start();
        HANDLE foreign = other_open(&other, PROCESS_ALL_ACCESS), own = NULL;
        MEMORY_BASIC_INFORMATION basic;
        char back[16] = "", text[16] = "own text";
        PVOID base = NULL;
        SIZE_T size = 1;
        ULONG old = 77;

        api_assert_ok(NtDuplicateObject(NtCurrentProcess(), NtCurrentProcess(), NtCurrentProcess(),
                        &own, PROCESS_VM_OPERATION | PROCESS_VM_READ, 0, 0));
        api_assert_ok(NtReadVirtualMemory(own, text, back, sizeof(back), NULL));
        ck_assert_str_eq(back, text);
        api_assert_ok(NtAllocateVirtualMemory(own, &base, 0, &size, MEM_COMMIT, PAGE_READWRITE));
        ck_assert_status(NtQueryVirtualMemory(own, base, MemoryBasicInformation, &basic, 48, NULL),
                        STATUS_ACCESS_DENIED);
        ck_assert_status(NtProtectVirtualMemory(foreign, &base, &size, PAGE_READONLY, &old),
                        STATUS_NOT_SUPPORTED);
        ck_assert_uint_eq(old, 77); /* by-tests 1.15: it did not get that far */
        ck_assert_status(NtFreeVirtualMemory(foreign, &base, &size, MEM_RELEASE),
                        STATUS_NOT_SUPPORTED);
        ck_assert_status(NtQueryVirtualMemory(
                                         foreign, base, MemoryBasicInformation, &basic, 48, NULL),
                        STATUS_NOT_SUPPORTED);
        ck_assert_status(NtAllocateVirtualMemory(
                                         foreign, &base, 0, &size, MEM_COMMIT, PAGE_READWRITE),
                        STATUS_NOT_SUPPORTED);
        size = 0;
        api_assert_ok(NtFreeVirtualMemory(own, &base, &size, MEM_RELEASE));
        other_end(&other);
        api_assert_ok(NtClose(own));
        api_assert_ok(NtClose(foreign));
}
END_TEST

static void add(TCase *tests) {
        tcase_add_test(tests, own_memory_is_copied_both_ways);
        tcase_add_test(tests, partial_copies);
        tcase_add_test(tests, what_is_wrong_is_noticed_in_this_order);
        tcase_add_test(tests, memory_of_another_process_is_read_and_written);
        tcase_add_test(tests, process_that_has_ended_has_no_memory);
        tcase_add_test(tests, handles_to_processes_are_told_apart);
}

int main(void) {
        return api_main("virtual-copy", 60, add);
}
