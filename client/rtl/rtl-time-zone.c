#include <stdbool.h>
#include <string.h>
#include <time.h>

#include "calendar.h"
#include "ntrtltime.h"
#include "ntstatus.h"

#define LAST_OF_MONTH 5
#define HALF_A_DAY    (SECONDS_PER_DAY / 2)

static LONG minutes_behind(const struct tm *local) {
        return (LONG) (-local->tm_gmtoff / 60);
}

static int64_t bias_now(void) {
        time_t now = time(NULL);
        struct tm local = { 0 };

        if (!localtime_r(&now, &local))
                return 0;
        return -local.tm_gmtoff * TICKS_PER_SECOND;
}

NTSTATUS NTAPI RtlSystemTimeToLocalTime(PLARGE_INTEGER SystemTime, PLARGE_INTEGER LocalTime) {
        LocalTime->QuadPart = SystemTime->QuadPart - bias_now();
        return STATUS_SUCCESS;
}

NTSTATUS NTAPI RtlLocalTimeToSystemTime(PLARGE_INTEGER LocalTime, PLARGE_INTEGER SystemTime) {
        SystemTime->QuadPart = LocalTime->QuadPart + bias_now();
        return STATUS_SUCCESS;
}

static void copy_name(WCHAR name[32], const char *zone) {
        for (size_t i = 0; i < 31 && zone && zone[i] != 0; i++)
                name[i] = (WCHAR) (unsigned char) zone[i];
}

/* The date of a change, told by the clock that shows @before until then. */
static void set_date(TIME_FIELDS *date, time_t change, const struct tm *before) {
        time_t shown = change + before->tm_gmtoff;
        int64_t year;
        struct tm local;

        gmtime_r(&shown, &local);
        year = local.tm_year + 1900;
        *date = (TIME_FIELDS){
                .Month = (SHORT) (local.tm_mon + 1),
                .Day = (SHORT) ((local.tm_mday - 1) / 7 + 1),
                .Hour = (SHORT) local.tm_hour,
                .Minute = (SHORT) local.tm_min,
                .Second = (SHORT) local.tm_sec,
                .Weekday = (SHORT) local.tm_wday,
        };
        if (local.tm_mday + 7 > calendar_days_in_month(year, local.tm_mon + 1))
                date->Day = LAST_OF_MONTH;
}

/* The first second that is as @to is; there is a change between the two times. */
static time_t find_change(time_t from, time_t to, int is_dst) {
        while (to - from > 1) {
                time_t middle = from + (to - from) / 2;
                struct tm local;

                localtime_r(&middle, &local);
                if (local.tm_isdst == is_dst)
                        to = middle;
                else
                        from = middle;
        }
        return to;
}

/* What the zone's information begins with, in both of its forms. */
static void query(RTL_TIME_ZONE_INFORMATION *zone) {
        time_t now = time(NULL), at, end;
        struct tm local = { 0 }, previous;
        LONG summer = 0;

        memset(zone, 0, sizeof(*zone));
        localtime_r(&now, &local);
        zone->Bias = minutes_behind(&local);
        copy_name(local.tm_isdst > 0 ? zone->DaylightName : zone->StandardName, local.tm_zone);
        at = (time_t) (calendar_days(local.tm_year + 1900, 1, 1) * SECONDS_PER_DAY -
                        SECONDS_1601_TO_1970);
        end = at + 366 * SECONDS_PER_DAY;
        localtime_r(&at, &previous);
        for (; at < end; at += HALF_A_DAY) {
                bool begins;

                localtime_r(&at, &local);
                if (local.tm_isdst == previous.tm_isdst) {
                        previous = local;
                        continue;
                }
                begins = local.tm_isdst > 0;
                set_date(begins ? &zone->DaylightDate : &zone->StandardDate,
                                find_change(at - HALF_A_DAY, at, local.tm_isdst), &previous);
                copy_name(begins ? zone->DaylightName : zone->StandardName, local.tm_zone);
                if (begins)
                        summer = minutes_behind(&local);
                else
                        zone->Bias = minutes_behind(&local);
                previous = local;
        }
        if (zone->DaylightDate.Month != 0 && zone->StandardDate.Month != 0) {
                zone->DaylightBias = summer - zone->Bias;
                return;
        }
        /* A zone that changes only once this year is as it is now. */
        memset(&zone->DaylightDate, 0, sizeof(zone->DaylightDate));
        memset(&zone->StandardDate, 0, sizeof(zone->StandardDate));
}

NTSTATUS NTAPI RtlQueryTimeZoneInformation(PRTL_TIME_ZONE_INFORMATION TimeZoneInformation) {
        query(TimeZoneInformation);
        return STATUS_SUCCESS;
}

NTSTATUS NTAPI RtlQueryDynamicTimeZoneInformation(
                PRTL_DYNAMIC_TIME_ZONE_INFORMATION TimeZoneInformation) {
        RTL_TIME_ZONE_INFORMATION zone;

        query(&zone);
        memset(TimeZoneInformation, 0, sizeof(*TimeZoneInformation));
        memcpy(TimeZoneInformation, &zone, sizeof(zone)); /* one begins as the other */
        return STATUS_SUCCESS;
}

NTSTATUS NTAPI RtlSetTimeZoneInformation(PRTL_TIME_ZONE_INFORMATION TimeZoneInformation) {
        (void) TimeZoneInformation;
        return STATUS_PRIVILEGE_NOT_HELD;
}
