#include "closer.h"

#include <glib.h>

#include "cleanup.h"

typedef struct Closing {
        Job job;
        int fd;
        QuotaCharge charge;
} Closing;

static void closing_work(Job *job) {
        fd_close(((Closing *) job)->fd);
}

static void closing_finish(Job *job, bool done) {
        (void) done;
        quota_charge_release(&((Closing *) job)->charge);
}

static void closing_free(Job *job) {
        g_free(job);
}

void closer_close_take(WorkerPool *workers, uid_t uid, int fd, QuotaCharge *charge) {
        Closing *closing = g_new0(Closing, 1);

        closing->job = (Job){
                .work = closing_work,
                .finish = closing_finish,
                .free = closing_free,
                .patient = true,
        };
        closing->fd = fd;
        if (charge) {
                closing->charge = *charge;
                *charge = (QuotaCharge){ 0 };
        }
        (void) worker_pool_add(workers, uid, &closing->job);
}
