#pragma once

/*
 * Why a program cannot be loaded
 *
 * The first reason stays: who calls the function that failed need not know it. There is nobody to
 * tell when a running program loads a DLL; then the error is NULL.
 */

#include "loader.h"
#include "options.h"

/* @format: as LoadError's message. Return: @status. */
NTSTATUS load_error_set(LoadError *error, int exit_code, NTSTATUS status, const char *format, ...)
                __attribute__((format(printf, 4, 5)));

void load_error_advise(LoadError *error, const char *format, ...)
                __attribute__((format(printf, 2, 3)));
