#pragma once

/*
 * Messages: what an answer must look like, and the memory it lies in
 */

#include "connection.h"

/* Requests up to this size, and answers that decode into as much, need no heap. */
#define MESSAGE_SMALL 2048u

/**
 * message_decode() - decode the frame of @reply, and look whether it answers @request
 *
 * Return: 0, -ENOMEM, or -EPIPE: not a reply, one to another request, or a success without the body
 * that the request asks for.
 */
int message_decode(const Nt__Request *request, CallReply *reply);
