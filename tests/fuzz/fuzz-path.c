/*
 * Names: what the object layer makes of hostile ones.
 *
 * The input is a story. Its first byte are flags of the scene; then come deeds of eight bytes:
 *
 *     0  what, modulo 12: below, DEED_...
 *     1  who: 1 the second actor, 2 kernel mode, 4 names are UTF-16 as they stand (else Latin-1),
 *        8 session 0, 16 a new directory gets the shadow that the last byte of access names
 *     2  two bytes: OBJ_ flags
 *     4  root: the handle that is RootDirectory, or what is closed; 0 for none
 *     5  access: which of the masks below; for what takes two handles, the other one
 *     6  two bytes: how many bytes of name, target or boundary follow
 *
 * A new link's name is followed by two bytes and its target. Numbers are little endian.
 */

#include <string.h>

#include "fuzz.h"
#include "ntdef.h"
#include "path-scene.h"

#define DEEDS_MOST 200u

typedef struct Story {
        const uint8_t *at;
        size_t left;
} Story;

enum {
        DEED_OPEN_PLAIN,
        DEED_OPEN_DIRECTORY,
        DEED_OPEN_LINK,
        DEED_CREATE_PLAIN,
        DEED_CREATE_DIRECTORY,
        DEED_CREATE_LINK,
        DEED_CLOSE,
        DEED_CREATE_PRIVATE,
        DEED_OPEN_PRIVATE,
        DEED_DELETE_PRIVATE,
        DEED_TURN,     /* temporary, or permanent if access is odd */
        DEED_SCRIBBLE, /* a word of the page; the bytes are its value */
        DEEDS,
};

static const ACCESS_MASK masks[] = {
        GENERIC_ALL,
        0,
        READ_CONTROL,
        GENERIC_READ,
        MAXIMUM_ALLOWED,
        0xFFFFFFFFu,
        ACCESS_SYSTEM_SECURITY,
        DELETE | WRITE_DAC | WRITE_OWNER,
};

static const uint8_t *take(Story *story, size_t size) {
        const uint8_t *taken = story->at;

        if (size > story->left)
                return NULL;
        story->at += size;
        story->left -= size;
        return taken;
}

static unsigned two_bytes(const uint8_t *bytes) {
        return bytes[0] | (unsigned) bytes[1] << 8;
}

static PathName read_name(const uint8_t *bytes, size_t size, bool wide) {
        PathName name = { 0 };

        if (wide) {
                name.n_units = size / sizeof(WCHAR) > NAME_UNITS_MOST ? NAME_UNITS_MOST
                                                                      : size / sizeof(WCHAR);
                memcpy(name.units, bytes, name.n_units * sizeof(WCHAR));
                return name;
        }
        name.n_units = size > NAME_UNITS_MOST ? NAME_UNITS_MOST : size;
        for (size_t i = 0; i < name.n_units; i++)
                name.units[i] = bytes[i];
        return name;
}

static PathName names[2]; /* of a deed: too large for the stack */

static bool create_link(PathScene *scene, const PathDeed *deed, Story *story, bool wide) {
        const uint8_t *size = take(story, 2), *target = NULL;

        if (!size || !(target = take(story, two_bytes(size))))
                return false;
        names[1] = read_name(target, two_bytes(size), wide);
        path_scene_create_link(scene, deed, &names[1]);
        return true;
}

static bool do_next(PathScene *scene, Story *story) {
        const uint8_t *bytes = take(story, 8), *text = NULL;
        size_t size = 0;
        PathDeed deed;

        if (!bytes || !(text = take(story, size = two_bytes(bytes + 6))))
                return false;
        names[0] = read_name(text, size, bytes[1] & 4);
        deed = (PathDeed){
                .actor = bytes[1] & 1,
                .kernel_mode = bytes[1] & 2,
                .session = bytes[1] & 8 ? 0 : 1,
                .shadow = bytes[1] & 16 ? bytes[5] : 0,
                .attributes = two_bytes(bytes + 2) & OBJ_VALID_ATTRIBUTES,
                .root = bytes[4],
                .desired = masks[bytes[5] % (sizeof(masks) / sizeof(masks[0]))],
                .name = &names[0],
        };
        switch (bytes[0] % DEEDS) {
        case DEED_OPEN_PLAIN:
        case DEED_OPEN_DIRECTORY:
        case DEED_OPEN_LINK:
                path_scene_open(scene, &deed, (PathKind) (bytes[0] % DEEDS - DEED_OPEN_PLAIN));
                break;
        case DEED_CREATE_PLAIN:
        case DEED_CREATE_DIRECTORY:
                path_scene_create(scene, &deed, (PathKind) (bytes[0] % DEEDS - DEED_CREATE_PLAIN));
                break;
        case DEED_CREATE_LINK:
                return create_link(scene, &deed, story, bytes[1] & 4);
        case DEED_CLOSE:
                path_scene_close(scene, deed.root);
                break;
        case DEED_CREATE_PRIVATE:
        case DEED_OPEN_PRIVATE:
                path_scene_private(
                                scene, &deed, text, size, bytes[0] % DEEDS == DEED_CREATE_PRIVATE);
                break;
        case DEED_DELETE_PRIVATE:
                path_scene_delete_private(scene, deed.root);
                break;
        case DEED_TURN:
                path_scene_turn(scene, deed.root, bytes[5] & 1);
                break;
        default:
                path_scene_scribble(scene, deed.root, text, size);
                break;
        }
        return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
        Story story = { .at = data, .left = size };
        const uint8_t *flags = take(&story, 1);
        PathScene *scene;

        if (!flags)
                return 0;
        scene = path_scene_new(*flags & 1);
        for (unsigned i = 0; i < DEEDS_MOST && do_next(scene, &story); i++)
                ;
        path_scene_free(scene);
        return 0;
}
