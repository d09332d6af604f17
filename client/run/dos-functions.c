#include "dos-functions.h"

#include "dos-name.h"
#include "environment.h"
#include "parameters.h"

#define NT_PATH_LENGTH_MAX 277u

/* 260 units of a DOS path and what NT puts before it, as every Windows answers. */
static ULONG NTAPI longest_nt_path(void) {
        return NT_PATH_LENGTH_MAX;
}

const Builtin dos_functions[] = {
        { "RtlCreateEnvironment", environment_create },
        { "RtlCreateEnvironmentEx", environment_create_ex },
        { "RtlCreateProcessParameters", parameters_create },
        { "RtlCreateProcessParametersEx", parameters_create_ex },
        { "RtlDeNormalizeProcessParams", parameters_denormalize },
        { "RtlDestroyEnvironment", environment_destroy },
        { "RtlDestroyProcessParameters", parameters_destroy },
        { "RtlDetermineDosPathNameType_U", dos_name_type },
        { "RtlDoesFileExists_U", dos_name_exists },
        { "RtlDosPathNameToNtPathName_U", dos_name_to_nt },
        { "RtlDosPathNameToNtPathName_U_WithStatus", dos_name_to_nt_status },
        { "RtlDosPathNameToRelativeNtPathName_U", dos_name_to_relative },
        { "RtlDosPathNameToRelativeNtPathName_U_WithStatus", dos_name_to_relative_status },
        { "RtlDosSearchPath_U", dos_name_search },
        { "RtlExpandEnvironmentStrings", environment_expand },
        { "RtlExpandEnvironmentStrings_U", environment_expand_u },
        { "RtlGetCurrentDirectory_U", dos_name_current },
        { "RtlGetFullPathName_U", dos_name_full },
        { "RtlGetLongestNtPathLength", longest_nt_path },
        { "RtlIsDosDeviceName_U", dos_name_device },
        { "RtlIsDosDeviceName_Ustr", dos_name_device_ustr },
        { "RtlNormalizeProcessParams", parameters_normalize },
        { "RtlQueryEnvironmentVariable", environment_query },
        { "RtlQueryEnvironmentVariable_U", environment_query_u },
        { "RtlReleaseRelativeName", dos_name_release },
        { "RtlSetCurrentDirectory_U", dos_name_set_current },
        { "RtlSetCurrentEnvironment", environment_set_current },
        { "RtlSetEnvironmentVar", environment_set },
        { "RtlSetEnvironmentVariable", environment_set_u },
};
const size_t dos_n_functions = sizeof(dos_functions) / sizeof(dos_functions[0]);
