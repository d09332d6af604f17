/*
 * Sizes and offsets of every structure, values of what programs switch over, and the macros of WDK
 * sources; compiled as C and as C++, with either kind of WCHAR. System headers come first and last,
 * for neither may get in the other's way.
 */

#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <ntddk.h>
#include <ntifs.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/user.h>
#include <unistd.h>
#include <wdm.h>
#include <winternl.h>
#include <zw.h>

#if __SIZEOF_WCHAR_T__ == 2
#define NAME(text) L##text
#else
#define NAME(text) u##text
#endif

#define IS(what, value)         static_assert((what) == (value), #what)
#define AT(type, field, offset) IS(offsetof(type, field), offset)

IS(sizeof(WCHAR), 2);
IS(sizeof(ULONG), 4);
IS(sizeof(LONG), 4);
IS(sizeof(NTSTATUS), 4);
IS(sizeof(BOOLEAN), 1);
IS(sizeof(HANDLE), 8);
IS(sizeof(SIZE_T), 8);
IS(sizeof(ULONG_PTR), 8);
IS(sizeof(SECTION_INHERIT), 4);

IS(sizeof(LARGE_INTEGER), 8);
AT(LARGE_INTEGER, LowPart, 0);
AT(LARGE_INTEGER, HighPart, 4);
AT(LARGE_INTEGER, u.LowPart, 0);
AT(LARGE_INTEGER, u.HighPart, 4);
AT(ULARGE_INTEGER, HighPart, 4);

IS(sizeof(MEMORY_BASIC_INFORMATION), 48);
AT(MEMORY_BASIC_INFORMATION, BaseAddress, 0);
AT(MEMORY_BASIC_INFORMATION, AllocationBase, 8);
AT(MEMORY_BASIC_INFORMATION, AllocationProtect, 16);
AT(MEMORY_BASIC_INFORMATION, PartitionId, 20);
AT(MEMORY_BASIC_INFORMATION, RegionSize, 24);
AT(MEMORY_BASIC_INFORMATION, State, 32);
AT(MEMORY_BASIC_INFORMATION, Protect, 36);
AT(MEMORY_BASIC_INFORMATION, Type, 40);
IS(sizeof(MEMORY_RANGE_ENTRY), 16);
IS(sizeof(MEMORY_REGION_INFORMATION), 48);
AT(MEMORY_REGION_INFORMATION, AllocationBase, 0);
AT(MEMORY_REGION_INFORMATION, AllocationProtect, 8);
AT(MEMORY_REGION_INFORMATION, RegionType, 12);
AT(MEMORY_REGION_INFORMATION, RegionSize, 16);
AT(MEMORY_REGION_INFORMATION, CommitSize, 24);
AT(MEMORY_REGION_INFORMATION, PartitionId, 32);
AT(MEMORY_REGION_INFORMATION, NodePreference, 40);
IS(sizeof(MEMORY_IMAGE_INFORMATION), 24);
AT(MEMORY_IMAGE_INFORMATION, ImageBase, 0);
AT(MEMORY_IMAGE_INFORMATION, SizeOfImage, 8);
AT(MEMORY_IMAGE_INFORMATION, ImageFlags, 16);
IS(sizeof(MEM_EXTENDED_PARAMETER), 16);
AT(MEM_EXTENDED_PARAMETER, ULong64, 8);
AT(MEM_EXTENDED_PARAMETER, Pointer, 8);
AT(MEM_EXTENDED_PARAMETER, Size, 8);
AT(MEM_EXTENDED_PARAMETER, Handle, 8);
AT(MEM_EXTENDED_PARAMETER, ULong, 8);
IS(sizeof(MEM_ADDRESS_REQUIREMENTS), 24);
AT(MEM_ADDRESS_REQUIREMENTS, LowestStartingAddress, 0);
AT(MEM_ADDRESS_REQUIREMENTS, HighestEndingAddress, 8);
AT(MEM_ADDRESS_REQUIREMENTS, Alignment, 16);
IS(sizeof(IO_STATUS_BLOCK), 16);
AT(IO_STATUS_BLOCK, Pointer, 0);
AT(IO_STATUS_BLOCK, Information, 8);

IS(sizeof(UNICODE_STRING), 16);
AT(UNICODE_STRING, Length, 0);
AT(UNICODE_STRING, MaximumLength, 2);
AT(UNICODE_STRING, Buffer, 8);

IS(sizeof(OBJECT_ATTRIBUTES), 48);
AT(OBJECT_ATTRIBUTES, Length, 0);
AT(OBJECT_ATTRIBUTES, RootDirectory, 8);
AT(OBJECT_ATTRIBUTES, ObjectName, 16);
AT(OBJECT_ATTRIBUTES, Attributes, 24);
AT(OBJECT_ATTRIBUTES, SecurityDescriptor, 32);
AT(OBJECT_ATTRIBUTES, SecurityQualityOfService, 40);

IS(sizeof(OBJECT_BASIC_INFORMATION), 56);
AT(OBJECT_BASIC_INFORMATION, Attributes, 0);
AT(OBJECT_BASIC_INFORMATION, GrantedAccess, 4);
AT(OBJECT_BASIC_INFORMATION, HandleCount, 8);
AT(OBJECT_BASIC_INFORMATION, PointerCount, 12);
AT(OBJECT_BASIC_INFORMATION, PagedPoolCharge, 16);
AT(OBJECT_BASIC_INFORMATION, NonPagedPoolCharge, 20);
AT(OBJECT_BASIC_INFORMATION, NameInfoSize, 36);
AT(OBJECT_BASIC_INFORMATION, TypeInfoSize, 40);
AT(OBJECT_BASIC_INFORMATION, SecurityDescriptorSize, 44);
AT(OBJECT_BASIC_INFORMATION, CreationTime, 48);
IS(sizeof(PUBLIC_OBJECT_BASIC_INFORMATION), 56);

IS(sizeof(OBJECT_NAME_INFORMATION), 16);
IS(sizeof(OBJECT_HANDLE_FLAG_INFORMATION), 2);
AT(OBJECT_HANDLE_FLAG_INFORMATION, ProtectFromClose, 1);
IS(sizeof(OBJECT_DIRECTORY_INFORMATION), 32);
AT(OBJECT_DIRECTORY_INFORMATION, TypeName, 16);

IS(sizeof(OBJECT_TYPE_INFORMATION), 104);
AT(OBJECT_TYPE_INFORMATION, TotalNumberOfObjects, 16);
AT(OBJECT_TYPE_INFORMATION, TotalNumberOfHandles, 20);
AT(OBJECT_TYPE_INFORMATION, HighWaterNumberOfObjects, 40);
AT(OBJECT_TYPE_INFORMATION, HighWaterNumberOfHandles, 44);
AT(OBJECT_TYPE_INFORMATION, InvalidAttributes, 64);
AT(OBJECT_TYPE_INFORMATION, GenericMapping, 68);
AT(OBJECT_TYPE_INFORMATION, ValidAccessMask, 84);
AT(OBJECT_TYPE_INFORMATION, SecurityRequired, 88);
AT(OBJECT_TYPE_INFORMATION, MaintainHandleCount, 89);
AT(OBJECT_TYPE_INFORMATION, TypeIndex, 90);
AT(OBJECT_TYPE_INFORMATION, PoolType, 92);
AT(OBJECT_TYPE_INFORMATION, DefaultPagedPoolCharge, 96);
AT(OBJECT_TYPE_INFORMATION, DefaultNonPagedPoolCharge, 100);
IS(sizeof(OBJECT_TYPES_INFORMATION), 4);
IS(sizeof(OBJECT_HANDLE_INFORMATION), 8);
IS(sizeof(OBJECT_BOUNDARY_DESCRIPTOR), 16);
AT(OBJECT_BOUNDARY_DESCRIPTOR, Items, 4);
AT(OBJECT_BOUNDARY_DESCRIPTOR, TotalSize, 8);
AT(OBJECT_BOUNDARY_DESCRIPTOR, Flags, 12);
IS(sizeof(OBJECT_BOUNDARY_ENTRY), 8);
AT(OBJECT_BOUNDARY_ENTRY, EntrySize, 4);

IS(sizeof(SECTION_BASIC_INFORMATION), 24);
AT(SECTION_BASIC_INFORMATION, BaseAddress, 0);
AT(SECTION_BASIC_INFORMATION, AllocationAttributes, 8);
AT(SECTION_BASIC_INFORMATION, MaximumSize, 16);

IS(sizeof(SECTION_INTERNAL_IMAGE_INFORMATION), 72);
AT(SECTION_INTERNAL_IMAGE_INFORMATION, SectionInformation, 0);
AT(SECTION_INTERNAL_IMAGE_INFORMATION, ExtendedFlags, 64);
IS(sizeof(SECTION_IMAGE_INFORMATION), 64);
AT(SECTION_IMAGE_INFORMATION, TransferAddress, 0);
AT(SECTION_IMAGE_INFORMATION, ZeroBits, 8);
AT(SECTION_IMAGE_INFORMATION, MaximumStackSize, 16);
AT(SECTION_IMAGE_INFORMATION, CommittedStackSize, 24);
AT(SECTION_IMAGE_INFORMATION, SubSystemType, 32);
AT(SECTION_IMAGE_INFORMATION, SubSystemMinorVersion, 36);
AT(SECTION_IMAGE_INFORMATION, SubSystemMajorVersion, 38);
AT(SECTION_IMAGE_INFORMATION, MajorOperatingSystemVersion, 40);
AT(SECTION_IMAGE_INFORMATION, MinorOperatingSystemVersion, 42);
AT(SECTION_IMAGE_INFORMATION, ImageCharacteristics, 44);
AT(SECTION_IMAGE_INFORMATION, DllCharacteristics, 46);
AT(SECTION_IMAGE_INFORMATION, Machine, 48);
AT(SECTION_IMAGE_INFORMATION, ImageContainsCode, 50);
AT(SECTION_IMAGE_INFORMATION, ImageFlags, 51);
AT(SECTION_IMAGE_INFORMATION, LoaderFlags, 52);
AT(SECTION_IMAGE_INFORMATION, ImageFileSize, 56);
AT(SECTION_IMAGE_INFORMATION, CheckSum, 60);

IS(sizeof(FILE_BASIC_INFORMATION), 40);
AT(FILE_BASIC_INFORMATION, FileAttributes, 32);
IS(sizeof(FILE_STANDARD_INFORMATION), 24);
AT(FILE_STANDARD_INFORMATION, NumberOfLinks, 16);
AT(FILE_STANDARD_INFORMATION, DeletePending, 20);
AT(FILE_STANDARD_INFORMATION, Directory, 21);
IS(sizeof(FILE_NAME_INFORMATION), 8);
AT(FILE_NAME_INFORMATION, FileName, 4);
IS(sizeof(FILE_DISPOSITION_INFORMATION), 1);
IS(sizeof(FILE_ALL_INFORMATION), 104);
AT(FILE_ALL_INFORMATION, StandardInformation, 40);
AT(FILE_ALL_INFORMATION, InternalInformation, 64);
AT(FILE_ALL_INFORMATION, EaInformation, 72);
AT(FILE_ALL_INFORMATION, AccessInformation, 76);
AT(FILE_ALL_INFORMATION, PositionInformation, 80);
AT(FILE_ALL_INFORMATION, ModeInformation, 88);
AT(FILE_ALL_INFORMATION, AlignmentInformation, 92);
AT(FILE_ALL_INFORMATION, NameInformation, 96);
IS(sizeof(FILE_NETWORK_OPEN_INFORMATION), 56);
AT(FILE_NETWORK_OPEN_INFORMATION, FileAttributes, 48);
IS(sizeof(FILE_ATTRIBUTE_TAG_INFORMATION), 8);
IS(sizeof(FILE_FS_DEVICE_INFORMATION), 8);

IS(sizeof(SID), 12);
AT(SID, SubAuthority, 8);
IS(sizeof(ACL), 8);
AT(ACL, AclSize, 2);
AT(ACL, AceCount, 4);
AT(ACCESS_ALLOWED_ACE, SidStart, 8);
IS(sizeof(SECURITY_DESCRIPTOR), 40);
AT(SECURITY_DESCRIPTOR, Owner, 8);
AT(SECURITY_DESCRIPTOR, Dacl, 32);
IS(sizeof(SECURITY_DESCRIPTOR_RELATIVE), 20);
IS(sizeof(LUID_AND_ATTRIBUTES), 12);
IS(sizeof(PRIVILEGE_SET), 20);
IS(sizeof(SECURITY_QUALITY_OF_SERVICE), 12);
AT(SECURITY_QUALITY_OF_SERVICE, EffectiveOnly, 9);

IS(sizeof(TOKEN_USER), 16);
IS(sizeof(TOKEN_GROUPS), 24);
AT(TOKEN_GROUPS, Groups, 8);
IS(sizeof(TOKEN_PRIVILEGES), 16);
AT(TOKEN_PRIVILEGES, Privileges, 4);
IS(sizeof(TOKEN_SOURCE), 16);
IS(sizeof(TOKEN_STATISTICS), 56);
AT(TOKEN_STATISTICS, ExpirationTime, 16);
AT(TOKEN_STATISTICS, TokenType, 24);
AT(TOKEN_STATISTICS, GroupCount, 40);
AT(TOKEN_STATISTICS, ModifiedId, 48);
IS(sizeof(TOKEN_MANDATORY_LABEL), 16);
IS(TokenStatistics, 10);
IS(TokenElevation, 20);
IS(TokenIntegrityLevel, 25);
IS(TokenCapabilities, 30);
IS(TokenIsRestricted, 40);

IS(sizeof(PROCESS_BASIC_INFORMATION), 48);
AT(PROCESS_BASIC_INFORMATION, PebBaseAddress, 8);
AT(PROCESS_BASIC_INFORMATION, AffinityMask, 16);
AT(PROCESS_BASIC_INFORMATION, BasePriority, 24);
AT(PROCESS_BASIC_INFORMATION, UniqueProcessId, 32);
AT(PROCESS_BASIC_INFORMATION, InheritedFromUniqueProcessId, 40);
IS(sizeof(CLIENT_ID), 16);

IS(FileBasicInformation, 4);
IS(FileDispositionInformation, 13);
IS(FileAllInformation, 18);
IS(FileEndOfFileInformation, 20);
IS(FileNetworkOpenInformation, 34);
IS(FileAttributeTagInformation, 35);
IS(FileFsDeviceInformation, 4);
IS(FILE_GENERIC_READ, 0x120089);
IS(FILE_GENERIC_WRITE, 0x120116);
IS(FILE_ALL_ACCESS, 0x1F01FF);

IS(ViewShare, 1);
IS(ViewUnmap, 2);
IS(SectionBasicInformation, 0);
IS(SectionImageInformation, 1);
IS(ObjectBasicInformation, 0);
IS(ObjectNameInformation, 1);
IS(ObjectTypeInformation, 2);
IS(ObjectTypesInformation, 3);
IS(ObjectHandleFlagInformation, 4);
IS(DUPLICATE_CLOSE_SOURCE, 1);
IS(DUPLICATE_SAME_ACCESS, 2);
IS(DUPLICATE_SAME_ATTRIBUTES, 4);
IS(OBJ_CASE_INSENSITIVE, 0x40);
IS(OBJ_VALID_ATTRIBUTES, 0x1FF2);
IS(SECTION_ALL_ACCESS, 0xF001F);
IS(DIRECTORY_ALL_ACCESS, 0xF000F);
IS(SYMBOLIC_LINK_ALL_ACCESS, 0xF0001);
IS(SEC_COMMIT, 0x8000000);
IS(PAGE_SIZE, 4096);

static UNICODE_STRING constant_name = RTL_CONSTANT_STRING(NAME("\\Device\\Thing"));
static STRING constant_narrow = RTL_CONSTANT_STRING("narrow");
static DECLARE_CONST_UNICODE_STRING(declared, NAME("x"));

typedef struct _DEVICE_CONTEXT {
        ULONG Before;
        LARGE_INTEGER Member;
} DEVICE_CONTEXT, *PDEVICE_CONTEXT;

_Use_decl_annotations_ static NTSTATUS annotated(_In_ PUNICODE_STRING name,
                _Out_opt_ PHANDLE handle,
                _In_reads_(2) const ULONG *values,
                IN ULONG first,
                OUT PULONG last OPTIONAL) {
        OBJECT_ATTRIBUTES attributes;

        PAGED_CODE();
        UNREFERENCED_PARAMETER(values);
        UNREFERENCED_PARAMETER(first);
        if (ARGUMENT_PRESENT(last))
                *last = 3;
        InitializeObjectAttributes(
                        &attributes, name, OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE, NULL, NULL);
        if (attributes.Length != 48 || attributes.ObjectName != name)
                return STATUS_UNSUCCESSFUL;
        return ZwOpenSection(handle, SECTION_MAP_READ, NULL);
}

static int failures;

static void expect(int holds, const char *what) {
        if (holds)
                return;
        fprintf(stderr, "does not hold: %s\n", what);
        failures++;
}

#define EXPECT(condition) expect((condition) ? 1 : 0, #condition)

int main(void) {
        DEVICE_CONTEXT context;
        UNICODE_STRING name;
        ULONG last = 0;

        RtlInitUnicodeString(&name, NAME("\\abc"));
        EXPECT(name.Length == 8 && name.MaximumLength == 10 && name.Buffer[1] == 'a');
        RtlInitUnicodeString(&name, NULL);
        EXPECT(name.Length == 0 && name.MaximumLength == 0 && name.Buffer == NULL);
        EXPECT(constant_name.Length == 26 && constant_name.MaximumLength == 28);
        EXPECT(constant_name.Buffer[8] == 'T' && constant_name.Buffer[13] == 0);
        EXPECT(constant_narrow.Length == 6 && constant_narrow.Buffer[5] == 'w');
        EXPECT(declared.Length == 2);

        context.Member.QuadPart = 0x100000002ll;
        EXPECT(context.Member.LowPart == 2 && context.Member.u.HighPart == 1);
        EXPECT(CONTAINING_RECORD(&context.Member, DEVICE_CONTEXT, Member) == &context);
        EXPECT(FIELD_OFFSET(DEVICE_CONTEXT, Member) == 8);
        EXPECT(BYTES_TO_PAGES(4097) == 2 && ROUND_TO_PAGES(1) == 4096);
        EXPECT(NtCurrentProcess() == (HANDLE) (LONG_PTR) -1);
        EXPECT(ZwCurrentThread() == (HANDLE) (LONG_PTR) -2);
        EXPECT(NT_SUCCESS(STATUS_OBJECT_NAME_EXISTS) && !NT_SUCCESS(STATUS_NO_MORE_ENTRIES));
        EXPECT(RtlNtStatusToDosError(STATUS_ACCESS_DENIED) == 5);
        /* No daemon is asked: the variable for the handle is looked at first. */
        EXPECT(annotated(&name, NULL, &last, 1, &last) == STATUS_ACCESS_VIOLATION && last == 3);
        return failures != 0;
}
