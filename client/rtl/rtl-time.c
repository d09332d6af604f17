#include "calendar.h"
#include "ntrtltime.h"

#define YEAR_MIN 1601
#define YEAR_MAX 30827

static void split_day(int64_t ticks, TIME_FIELDS *fields) {
        int64_t seconds = ticks / TICKS_PER_SECOND;

        fields->Milliseconds = (SHORT) (ticks % TICKS_PER_SECOND / TICKS_PER_MILLISECOND);
        fields->Second = (SHORT) (seconds % 60);
        fields->Minute = (SHORT) (seconds / 60 % 60);
        fields->Hour = (SHORT) (seconds / 3600);
}

/* A time before 1601 is one long after, as its bits have no sign. */
static uint64_t days_of(const LARGE_INTEGER *time, int64_t *ret_rest) {
        const uint64_t ticks_per_day = TICKS_PER_SECOND * SECONDS_PER_DAY;

        *ret_rest = (int64_t) ((uint64_t) time->QuadPart % ticks_per_day);
        return (uint64_t) time->QuadPart / ticks_per_day;
}

VOID NTAPI RtlTimeToTimeFields(PLARGE_INTEGER Time, PTIME_FIELDS TimeFields) {
        int64_t rest, days = (int64_t) days_of(Time, &rest), year;
        int month, day;

        split_day(rest, TimeFields);
        calendar_date(days, &year, &month, &day);
        TimeFields->Year = (SHORT) year;
        TimeFields->Month = (SHORT) month;
        TimeFields->Day = (SHORT) day;
        TimeFields->Weekday = (SHORT) calendar_weekday(days);
}

VOID NTAPI RtlTimeToElapsedTimeFields(PLARGE_INTEGER Time, PTIME_FIELDS TimeFields) {
        int64_t rest, days = (int64_t) days_of(Time, &rest);

        split_day(rest, TimeFields);
        TimeFields->Year = 0;
        TimeFields->Month = 0;
        TimeFields->Day = (SHORT) days;
        TimeFields->Weekday = 0;
}

static bool is_time_of_day(const TIME_FIELDS *fields) {
        return fields->Milliseconds >= 0 && fields->Milliseconds <= 999 && fields->Second >= 0 &&
               fields->Second <= 59 && fields->Minute >= 0 && fields->Minute <= 59 &&
               fields->Hour >= 0 && fields->Hour <= 23;
}

static int64_t join(int64_t days, const TIME_FIELDS *fields) {
        int64_t seconds = days * SECONDS_PER_DAY + fields->Hour * 3600 + fields->Minute * 60 +
                          fields->Second;

        return seconds * TICKS_PER_SECOND + fields->Milliseconds * TICKS_PER_MILLISECOND;
}

BOOLEAN NTAPI RtlTimeFieldsToTime(PTIME_FIELDS TimeFields, PLARGE_INTEGER Time) {
        const TIME_FIELDS *fields = TimeFields;

        if (!is_time_of_day(fields) || fields->Year < YEAR_MIN || fields->Year > YEAR_MAX)
                return FALSE;
        if (fields->Month < 1 || fields->Month > 12 || fields->Day < 1 ||
                        fields->Day > calendar_days_in_month(fields->Year, fields->Month))
                return FALSE;
        Time->QuadPart = join(calendar_days(fields->Year, fields->Month, fields->Day), fields);
        return TRUE;
}

static BOOLEAN seconds_since(const LARGE_INTEGER *time, int64_t epoch, ULONG *ret) {
        int64_t seconds = time->QuadPart / TICKS_PER_SECOND - epoch;

        if (time->QuadPart < 0 || seconds < 0 || seconds > UINT32_MAX)
                return FALSE;
        *ret = (ULONG) seconds;
        return TRUE;
}

BOOLEAN NTAPI RtlTimeToSecondsSince1970(PLARGE_INTEGER Time, PULONG ElapsedSeconds) {
        return seconds_since(Time, SECONDS_1601_TO_1970, ElapsedSeconds);
}

BOOLEAN NTAPI RtlTimeToSecondsSince1980(PLARGE_INTEGER Time, PULONG ElapsedSeconds) {
        return seconds_since(Time, SECONDS_1601_TO_1980, ElapsedSeconds);
}

VOID NTAPI RtlSecondsSince1970ToTime(ULONG ElapsedSeconds, PLARGE_INTEGER Time) {
        Time->QuadPart = (ElapsedSeconds + SECONDS_1601_TO_1970) * TICKS_PER_SECOND;
}

VOID NTAPI RtlSecondsSince1980ToTime(ULONG ElapsedSeconds, PLARGE_INTEGER Time) {
        Time->QuadPart = (ElapsedSeconds + SECONDS_1601_TO_1980) * TICKS_PER_SECOND;
}

/* The n-th such weekday of a month, or the last. */
static int day_in_month(int64_t year, const TIME_FIELDS *rule) {
        int first = calendar_weekday(calendar_days(year, rule->Month, 1));
        int day = 1 + (rule->Weekday - first + 7) % 7 + 7 * (rule->Day - 1);

        while (day > calendar_days_in_month(year, rule->Month))
                day -= 7;
        return day;
}

BOOLEAN NTAPI RtlCutoverTimeToSystemTime(PTIME_FIELDS CutoverTime,
                PLARGE_INTEGER SystemTime,
                PLARGE_INTEGER CurrentSystemTime,
                BOOLEAN ThisYear) {
        const TIME_FIELDS *rule = CutoverTime;
        TIME_FIELDS now;

        if (rule->Year != 0)
                return RtlTimeFieldsToTime(CutoverTime, SystemTime) &&
                       SystemTime->QuadPart >= CurrentSystemTime->QuadPart;
        if (!is_time_of_day(rule) || rule->Month < 1 || rule->Month > 12 || rule->Day < 1 ||
                        rule->Day > 5 || rule->Weekday < 0 || rule->Weekday > 6)
                return FALSE;

        RtlTimeToTimeFields(CurrentSystemTime, &now);
        for (int64_t year = now.Year; year <= now.Year + 1; year++) {
                int day = day_in_month(year, rule);

                SystemTime->QuadPart = join(calendar_days(year, rule->Month, day), rule);
                if (ThisYear || SystemTime->QuadPart >= CurrentSystemTime->QuadPart)
                        break;
        }
        return TRUE;
}
