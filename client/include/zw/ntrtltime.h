#pragma once

/*
 * Run-time library: calendar and time zone
 *
 * Time is counted in 100 ns since the beginning of 1601, as everywhere in NT. The time zone is that
 * of Linux: TZ, or /etc/localtime.
 */

#include "ntdef.h"

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

typedef struct _TIME_FIELDS {
        SHORT Year;
        SHORT Month; /* from 1 */
        SHORT Day;   /* from 1 */
        SHORT Hour;
        SHORT Minute;
        SHORT Second;
        SHORT Milliseconds;
        SHORT Weekday; /* 0 is Sunday */
} TIME_FIELDS, *PTIME_FIELDS;

/*
 * A date that changes the bias has Year 0, and in Day which Weekday of the month it is: 1 to 4, 5
 * for the last. Month 0: no such date.
 */
typedef struct _RTL_TIME_ZONE_INFORMATION {
        LONG Bias; /* minutes that local time is behind universal time */
        WCHAR StandardName[32];
        TIME_FIELDS StandardDate;
        LONG StandardBias; /* is added to Bias */
        WCHAR DaylightName[32];
        TIME_FIELDS DaylightDate;
        LONG DaylightBias;
} RTL_TIME_ZONE_INFORMATION, *PRTL_TIME_ZONE_INFORMATION;

typedef struct _RTL_DYNAMIC_TIME_ZONE_INFORMATION {
        LONG Bias;
        WCHAR StandardName[32];
        TIME_FIELDS StandardDate;
        LONG StandardBias;
        WCHAR DaylightName[32];
        TIME_FIELDS DaylightDate;
        LONG DaylightBias;
        WCHAR TimeZoneKeyName[128];
        BOOLEAN DynamicDaylightTimeDisabled;
} RTL_DYNAMIC_TIME_ZONE_INFORMATION, *PRTL_DYNAMIC_TIME_ZONE_INFORMATION;

/* The date of a time; what is below a millisecond is left out. */
VOID NTAPI RtlTimeToTimeFields(PLARGE_INTEGER Time, PTIME_FIELDS TimeFields);

/* A span as days, hours, minutes, seconds and milliseconds; Year, Month and Weekday are 0. */
VOID NTAPI RtlTimeToElapsedTimeFields(PLARGE_INTEGER Time, PTIME_FIELDS TimeFields);

/* The time of a date, whose Weekday is not looked at. FALSE if there is no such date from 1601 to
 * 30827. */
BOOLEAN NTAPI RtlTimeFieldsToTime(PTIME_FIELDS TimeFields, PLARGE_INTEGER Time);

/* Whole seconds since the beginning of 1970 or 1980. FALSE if they are not in 32 bits. */
BOOLEAN NTAPI RtlTimeToSecondsSince1970(PLARGE_INTEGER Time, PULONG ElapsedSeconds);
BOOLEAN NTAPI RtlTimeToSecondsSince1980(PLARGE_INTEGER Time, PULONG ElapsedSeconds);
VOID NTAPI RtlSecondsSince1970ToTime(ULONG ElapsedSeconds, PLARGE_INTEGER Time);
VOID NTAPI RtlSecondsSince1980ToTime(ULONG ElapsedSeconds, PLARGE_INTEGER Time);

/**
 * RtlCutoverTimeToSystemTime() - when a date that changes the bias is
 * @CutoverTime:       the date, of any year or, with a Year, of that one
 * @SystemTime:        gets its time, in whatever zone @CurrentSystemTime is
 * @CurrentSystemTime: now
 * @ThisYear:          that of this year; else the next that is not past
 * Return: FALSE if there is no such date.
 */
BOOLEAN NTAPI RtlCutoverTimeToSystemTime(PTIME_FIELDS CutoverTime,
                PLARGE_INTEGER SystemTime,
                PLARGE_INTEGER CurrentSystemTime,
                BOOLEAN ThisYear);

/* With the bias that holds now, whatever the time. STATUS_SUCCESS. */
NTSTATUS NTAPI RtlSystemTimeToLocalTime(PLARGE_INTEGER SystemTime, PLARGE_INTEGER LocalTime);
NTSTATUS NTAPI RtlLocalTimeToSystemTime(PLARGE_INTEGER LocalTime, PLARGE_INTEGER SystemTime);

/**
 * RtlQueryTimeZoneInformation() - the zone as it is this year
 * @TimeZoneInformation: gets biases, abbreviations of the zone for its names, and dates where there
 *                       is daylight saving time this year
 * Return: STATUS_SUCCESS.
 *
 * RtlQueryDynamicTimeZoneInformation() also gives a key name: none, since Linux has other names.
 */
NTSTATUS NTAPI RtlQueryTimeZoneInformation(PRTL_TIME_ZONE_INFORMATION TimeZoneInformation);
NTSTATUS NTAPI RtlQueryDynamicTimeZoneInformation(
                PRTL_DYNAMIC_TIME_ZONE_INFORMATION TimeZoneInformation);

/* The zone is the machine's: STATUS_PRIVILEGE_NOT_HELD, always. */
NTSTATUS NTAPI RtlSetTimeZoneInformation(PRTL_TIME_ZONE_INFORMATION TimeZoneInformation);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
