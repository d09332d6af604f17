#pragma once

/*
 * Strings of bytes
 *
 * ntdll's functions; each is its name behind crt_, and does what Microsoft documents.
 */

#include <stddef.h>
#include <stdint.h>

#include "ntdef.h"

size_t NTAPI crt_strlen(const char *string);
size_t NTAPI crt_strnlen(const char *string, size_t limit);
char *NTAPI crt_strcpy(char *to, const char *from);
char *NTAPI crt_strcat(char *to, const char *from);
char *NTAPI crt_strncpy(char *to, const char *from, size_t count);
char *NTAPI crt_strncat(char *to, const char *from, size_t count);
int NTAPI crt_strncmp(const char *left, const char *right, size_t count);
int NTAPI crt__stricmp(const char *left, const char *right);
int NTAPI crt__strnicmp(const char *left, const char *right, size_t count);
char *NTAPI crt__strlwr(char *string);
char *NTAPI crt__strupr(char *string);
char *NTAPI crt_strchr(const char *string, int unit);
char *NTAPI crt_strrchr(const char *string, int unit);
size_t NTAPI crt_strspn(const char *string, const char *set);
size_t NTAPI crt_strcspn(const char *string, const char *set);
char *NTAPI crt_strpbrk(const char *string, const char *set);
char *NTAPI crt_strstr(const char *string, const char *wanted);
char *NTAPI crt_strtok_s(char *string, const char *delimiters, char **context);
int NTAPI crt_strcpy_s(char *to, size_t capacity, const char *from);
int NTAPI crt_strncpy_s(char *to, size_t capacity, const char *from, size_t count);
int NTAPI crt_strcat_s(char *to, size_t capacity, const char *from);
int NTAPI crt_strncat_s(char *to, size_t capacity, const char *from, size_t count);
int NTAPI crt__strlwr_s(char *string, size_t capacity);
int NTAPI crt__strupr_s(char *string, size_t capacity);
int NTAPI crt__strset_s(char *string, size_t capacity, int unit);
int NTAPI crt__strnset_s(char *string, size_t capacity, int unit, size_t count);
int NTAPI crt_strcmp(const char *left, const char *right);
int NTAPI crt__strcmpi(const char *left, const char *right);
