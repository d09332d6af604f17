/*
 * Requests, from several clients, to a server that is real but for its sockets.
 *
 * The input is a story. Its first byte are flags of the scene; then come deeds of four bytes, some
 * with more behind:
 *
 *     0  what, modulo 6: 0 request, 1 scribble in the page, 2 hang up, 3 give back, 4 join a
 *        process, 5 refer to the object that was answered last
 *     1  who: the connection in the low bits; for a request, above them which descriptors come
 *        along (rpc_scene_send()), and in the highest whether nobody waits for the answer
 *     2  two bytes, little endian: of a request, how long it is; of a join, the connection to join;
 *        to refer, REFER_ and OBJ_ flags
 *
 * A request is followed by its bytes; a scribble by a word's number and its value, in eight bytes
 * each.
 */

#include <string.h>

#include "fuzz.h"
#include "process-page.h"
#include "rpc-scene.h"

#define DEEDS_MOST 256u
#define NO_WAIT    0x80u

typedef struct Story {
        const uint8_t *at;
        size_t left;
} Story;

static const uint8_t *take(Story *story, size_t size) {
        const uint8_t *taken = story->at;

        if (size > story->left)
                return NULL;
        story->at += size;
        story->left -= size;
        return taken;
}

/*
 * Words of the parts that matter are far apart: even numbers lie in the grants, odd ones in the
 * handles; from 2^32 on they count from the page's beginning.
 */
static size_t choose_word(uint64_t number) {
        size_t part = number & 1 ? offsetof(ProcessPage, handles) : offsetof(ProcessPage, grants);

        if (number >> 32)
                return (uint32_t) number;
        return part / sizeof(uint64_t) + (number >> 1) % 64;
}

static bool scribble(RpcScene *scene, unsigned connection, Story *story) {
        const uint8_t *bytes = take(story, 2 * sizeof(uint64_t));
        uint64_t number, value;

        if (!bytes)
                return false;
        memcpy(&number, bytes, sizeof(number));
        memcpy(&value, bytes + sizeof(number), sizeof(value));
        rpc_scene_scribble(scene, connection, choose_word(number), value);
        return true;
}

static bool request(RpcScene *scene, unsigned who, size_t size, Story *story) {
        const uint8_t *bytes = take(story, size);

        if (!bytes)
                return false;
        rpc_scene_send(scene, who % SCENE_CONNECTIONS, bytes, size, who / SCENE_CONNECTIONS % 16,
                        !(who & NO_WAIT));
        return true;
}

static bool do_next(RpcScene *scene, Story *story) {
        const uint8_t *deed = take(story, 4);
        unsigned connection, detail;

        if (!deed)
                return false;
        connection = deed[1] % SCENE_CONNECTIONS;
        detail = deed[2] | (unsigned) deed[3] << 8;
        switch (deed[0] % 6) {
        case 0:
                return request(scene, deed[1], detail, story);
        case 1:
                return scribble(scene, connection, story);
        case 2:
                rpc_scene_hang_up(scene, connection);
                return true;
        case 3:
                rpc_scene_work(scene);
                return true;
        case 4:
                rpc_scene_join(scene, connection, detail % SCENE_CONNECTIONS);
                return true;
        default:
                rpc_scene_refer(scene, connection, detail);
                return true;
        }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
        Story story = { .at = data, .left = size };
        const uint8_t *flags = take(&story, 1);
        RpcScene *scene;

        if (!flags)
                return 0;
        scene = rpc_scene_new(*flags);
        for (unsigned i = 0; i < DEEDS_MOST && do_next(scene, &story); i++)
                ;
        rpc_scene_free(scene);
        return 0;
}
