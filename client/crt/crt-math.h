#pragma once

/*
 * Floating-point functions, absolute values
 *
 * ntdll's functions; each is its name behind crt_, and does what Microsoft documents.
 */

#include <stddef.h>
#include <stdint.h>

#include "ntdef.h"

double NTAPI crt_atan(double x);
double NTAPI crt_ceil(double x);
double NTAPI crt_cos(double x);
double NTAPI crt_fabs(double x);
double NTAPI crt_floor(double x);
double NTAPI crt_log(double x);
double NTAPI crt_sin(double x);
double NTAPI crt_sqrt(double x);
double NTAPI crt_tan(double x);
double NTAPI crt_atan2(double y, double x);
double NTAPI crt_pow(double x, double y);
int NTAPI crt_abs(int value);
LONG NTAPI crt_labs(LONG value);
