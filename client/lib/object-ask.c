#include "object-ask.h"

#include "cleanup.h"
#include "handle.h"
#include "ntstatus.h"

typedef union AskBody {
        Nt__MakeTemporaryRequest make_temporary;
        Nt__MakePermanentRequest make_permanent;
        Nt__SetObjectSessionRequest set_object_session;
        Nt__DeletePrivateNamespaceRequest delete_private_namespace;
} AskBody;

/* All bodies are alike, but for their names. */
static void body_fill(Nt__Request *request, AskBody *body, Nt__Grant *grant) {
        switch ((int) request->body_case) {
        case NT__REQUEST__BODY_MAKE_TEMPORARY:
                nt__make_temporary_request__init(&body->make_temporary);
                body->make_temporary.grant = grant;
                request->make_temporary = &body->make_temporary;
                return;
        case NT__REQUEST__BODY_MAKE_PERMANENT:
                nt__make_permanent_request__init(&body->make_permanent);
                body->make_permanent.grant = grant;
                request->make_permanent = &body->make_permanent;
                return;
        case NT__REQUEST__BODY_SET_OBJECT_SESSION:
                nt__set_object_session_request__init(&body->set_object_session);
                body->set_object_session.grant = grant;
                request->set_object_session = &body->set_object_session;
                return;
        case NT__REQUEST__BODY_DELETE_PRIVATE_NAMESPACE:
                nt__delete_private_namespace_request__init(&body->delete_private_namespace);
                body->delete_private_namespace.grant = grant;
                request->delete_private_namespace = &body->delete_private_namespace;
                return;
        }
}

/* Without an attachment no handle is valid; it takes one to know of pseudo handles and privileges.
 */
static NTSTATUS ask_enter(HANDLE handle, const ObjectAsk *ask, const Client **ret) {
        if (ask->privilege_first || handle_pseudo(handle) != PSEUDO_NONE)
                return client_enter(CLIENT_ATTACH, ret);
        return client_enter(CLIENT_HANDLES, ret);
}

static NTSTATUS ask_about(const Client *client, Nt__Grant *grant, const ObjectAsk *ask) {
        Nt__Request request = NT__REQUEST__INIT;
        autocleanup(call_reply_clear) CallReply reply;
        AskBody body;

        call_reply_init(&reply);
        request.body_case = ask->body_case;
        body_fill(&request, &body, grant);
        return connection_call(client, &request, &reply);
}

/*
 * A handle that is none is the second thing to complain about. What the process may do the daemon
 * alone knows, so it is asked about a grant that is none either.
 */
static NTSTATUS ask_about_nothing(const Client *client, const ObjectAsk *ask, NTSTATUS status) {
        Nt__Grant nothing = NT__GRANT__INIT;

        nothing.slot = GRANT_SLOT_LOST;
        nothing.tag = 1;
        if (ask->privilege_first && ask_about(client, &nothing, ask) == STATUS_PRIVILEGE_NOT_HELD)
                return STATUS_PRIVILEGE_NOT_HELD;
        return status;
}

NTSTATUS object_ask(HANDLE handle, const ObjectAsk *ask) {
        Nt__Grant grant;
        autocleanup(handle_release) HandleRef ref;
        const Client *client;
        NTSTATUS status;

        handle_ref_init(&ref);
        status = ask_enter(handle, ask, &client);
        if (!NT_SUCCESS(status))
                return status;
        status = handle_reference(client, handle, ask->kind, ask->access, &ref);
        if (!NT_SUCCESS(status))
                return ask_about_nothing(client, ask, status);

        grant = handle_grant(&ref);
        return ask_about(client, &grant, ask);
}
