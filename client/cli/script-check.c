#include "script-check.h"

static bool integer_holds(Relation relation, uint64_t left, uint64_t right) {
        switch (relation) {
        case RELATION_DIFFERENT:
                return left != right;
        case RELATION_LESS:
                return left < right;
        case RELATION_AT_MOST:
                return left <= right;
        case RELATION_GREATER:
                return left > right;
        case RELATION_AT_LEAST:
                return left >= right;
        default:
                return left == right;
        }
}

static bool value_holds(Relation relation, GVariant *left, GVariant *right) {
        if (g_variant_is_of_type(left, G_VARIANT_TYPE_UINT64))
                return integer_holds(relation, script_integer(left), script_integer(right));
        return g_variant_equal(left, right) == (relation == RELATION_EQUAL);
}

static int compare_names(gconstpointer a, gconstpointer b) {
        const Name *const *left = a;
        const Name *const *right = b;

        return name_compare(*left, *right);
}

static bool list_has(const GPtrArray *list, const Name *name) {
        for (guint i = 0; i < list->len; i++) {
                if (name_equal(list->pdata[i], name, false))
                        return true;
        }
        return false;
}

static bool lists_equal(const GPtrArray *left, const GPtrArray *right) {
        if (left->len != right->len)
                return false;
        for (guint i = 0; i < left->len; i++) {
                if (!name_equal(left->pdata[i], right->pdata[i], false))
                        return false;
        }
        return true;
}

static bool list_holds(Relation relation, GPtrArray *left, GPtrArray *right) {
        if (relation == RELATION_ARE) {
                g_ptr_array_sort(left, compare_names);
                g_ptr_array_sort(right, compare_names);
        }
        if (relation == RELATION_ARE || relation == RELATION_ARE_IN_ORDER)
                return lists_equal(left, right);
        for (guint i = 0; i < right->len; i++) {
                if (list_has(left, right->pdata[i]) != (relation == RELATION_HAS))
                        return false;
        }
        return true;
}

static bool holds(const Step *step, GVariant *left, GPtrArray *right) {
        g_autoptr(GPtrArray) names = NULL;
        g_autoptr(GPtrArray) wanted = NULL;

        if (expression_type(step->left) != SCRIPT_LIST)
                return value_holds(step->relation, left, right->pdata[0]);

        names = script_list(left);
        wanted = g_ptr_array_new_with_free_func((GDestroyNotify) name_free);
        for (guint i = 0; i < right->len; i++)
                g_ptr_array_add(wanted, script_name(right->pdata[i]));
        return list_holds(step->relation, names, wanted);
}

static char *describe(GVariant *left, GPtrArray *right) {
        g_autofree char *is = script_value_print(left);
        GString *text = g_string_new(NULL);

        g_string_append_printf(text, "it is %s; wanted:", is);
        for (guint i = 0; i < right->len; i++) {
                g_autofree char *want = script_value_print(right->pdata[i]);

                g_string_append_printf(text, " %s", want);
        }
        return g_string_free(text, FALSE);
}

char *script_check(const Step *step, GHashTable *variables) {
        g_autoptr(GPtrArray) right =
                        g_ptr_array_new_with_free_func((GDestroyNotify) g_variant_unref);
        char *problem = NULL;
        g_autoptr(GVariant) left = expression_evaluate(step->left, variables, &problem);

        if (!left)
                return problem;
        for (guint i = 0; i < step->right->len; i++) {
                GVariant *value = expression_evaluate(step->right->pdata[i], variables, &problem);

                if (!value)
                        return problem;
                g_ptr_array_add(right, value);
        }
        return holds(step, left, right) ? NULL : describe(left, right);
}
