#include <string.h>

#include "script-parser.h"

/* Lines that begin with expect. */

static const struct {
        const char *text;
        Relation relation;
} relations[] = {
        { "==", RELATION_EQUAL },
        { "!=", RELATION_DIFFERENT },
        { "<", RELATION_LESS },
        { "<=", RELATION_AT_MOST },
        { ">", RELATION_GREATER },
        { ">=", RELATION_AT_LEAST },
        { "are", RELATION_ARE },
        { "are-in-order", RELATION_ARE_IN_ORDER },
        { "has", RELATION_HAS },
        { "lacks", RELATION_LACKS },
};

static const char *relations_of(ScriptType type) {
        switch (type) {
        case SCRIPT_INTEGER:
                return "==, !=, <, <=, > or >=";
        case SCRIPT_LIST:
                return "are, are-in-order, has or lacks";
        default:
                return "== or !=";
        }
}

static bool relation_suits(Relation relation, ScriptType type) {
        if (type == SCRIPT_LIST)
                return relation >= RELATION_ARE;
        return relation <= (type == SCRIPT_INTEGER ? RELATION_AT_LEAST : RELATION_DIFFERENT);
}

static bool take_relation(Parser *parser, ScriptType type, Relation *ret) {
        for (size_t i = 0; i < G_N_ELEMENTS(relations); i++) {
                if (!parser_word_is(parser, relations[i].text) ||
                                !relation_suits(relations[i].relation, type))
                        continue;
                *ret = relations[i].relation;
                parser->at++;
                return true;
        }
        return parser_refuse(parser, "%s: %s is wanted here", script_type_text(type),
                        relations_of(type));
}

/* "output", which is the last call's, or "$variable" or "$variable.output". */
static bool take_left(Parser *parser, Step *step) {
        const char *text = parser_peek(parser)->text;
        g_autofree char *spelled = NULL;
        g_autoptr(GError) error = NULL;

        if (*text != '$' && !parser_is_identifier(text, strlen(text)))
                return parser_refuse(parser,
                                "a status, $variable, or an output of the last call is "
                                "wanted here");
        if (*text != '$') {
                if (!parser->call)
                        return parser_refuse(parser, "there is no call before this line");
                spelled = g_strdup_printf("$" SCRIPT_LAST ".%s", text);
                text = spelled;
        }
        step->left = expression_parse(
                        expression_guess(parser->symbols, text), parser->symbols, text, &error);
        if (!step->left)
                return spelled ? parser_refuse(parser, "%s", error->message)
                               : parser_refuse_word(parser, 0, error);
        parser->at++;
        return true;
}

static bool take_right(Parser *parser, Step *step) {
        ScriptType type = expression_type(step->left);
        bool list = type == SCRIPT_LIST;
        bool empty_allowed = list && (step->relation == RELATION_ARE ||
                                                     step->relation == RELATION_ARE_IN_ORDER);

        step->right = g_ptr_array_new_with_free_func((GDestroyNotify) expression_free);
        if (parser_at_end(parser) && !empty_allowed)
                return parser_refuse(parser, "%s is wanted here",
                                list ? "a name" : script_type_text(type));
        while (!parser_at_end(parser)) {
                Expression *expression =
                                parser_take_expression(parser, list ? SCRIPT_NAME : type, 0);

                if (!expression)
                        return false;
                g_ptr_array_add(step->right, expression);
                if (type == SCRIPT_BYTES && !parser_take_bytes(parser, expression, NULL))
                        return false;
                if (!list)
                        break;
        }
        return parser_take_end(parser);
}

bool parser_parse_expect(Parser *parser, Step *step) {
        if (parser_at_end(parser))
                return parser_refuse(parser, "what is expected?");
        return take_left(parser, step) &&
               take_relation(parser, expression_type(step->left), &step->relation) &&
               take_right(parser, step);
}

/* `expect STATUS_...` is no step: it says what the call before it should answer. */
bool parser_parse_expected_status(Parser *parser) {
        if (!parser->call)
                return parser_refuse(parser, "there is no call before this line");
        return parser_take_statuses(parser, &parser->call->statuses) && parser_take_end(parser);
}
