package server

import (
	"context"
	"slices"
	"time"

	"github.com/go-co-op/gocron/v2"

	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/internal/notify"
)

// job is work that is done again and again. Each run is safe to repeat,
// carries on where an earlier one stopped, and answers how many items it did.
type job struct {
	name  string
	every time.Duration
	run   func(context.Context) (int, error)
}

// own are the jobs that each server does for itself, with what is in its memory.
var own = []string{"count-missed-searches", "load-figures", "save-index"}

// jobs is the timetable of all scheduled work.
func (s *Server) jobs() []job {
	return []job{
		{"climb-ladder", time.Minute, s.rooms.Referrals.ClimbLadder},
		{"expire-consents", 5 * time.Minute, s.rooms.Referrals.ExpireConsents},
		{"rescreening-due", 15 * time.Minute, s.rooms.Screening.TellDue},
		{"age-listings", time.Minute, s.rooms.Directory.Age},
		{"refresh-index", 24 * time.Hour, s.rooms.Directory.RefreshIndex},
		{"save-index", time.Hour, s.rooms.SaveIndex},
		{"check-listings", time.Hour, s.rooms.Directory.CheckListings},
		{"count-listing-use", time.Minute, s.rooms.Directory.CountUse},
		{"send-email", 10 * time.Second, s.rooms.Notify.SendOn(notify.Email)},
		{"send-texts", 10 * time.Second, s.rooms.Notify.SendOn(notify.SMS)},
		{"send-push", 10 * time.Second, s.rooms.Notify.SendOn(notify.Push)},
		{"send-webhooks", 10 * time.Second, s.rooms.Notify.SendOn(notify.Webhook)},
		{"resume-visits", time.Minute, s.rooms.Visits.Resume},
		{"remind-visits", 10 * time.Minute, s.rooms.Visits.Remind},
		{"purge-visits", time.Hour, s.rooms.Visits.Purge},
		{"rotate-visit-keys", time.Hour, s.rooms.Sealed.Rotate},
		{"run-imports", 3 * time.Second, s.rooms.Imports.Work},
		{"purge-imports", time.Hour, s.rooms.Imports.Purge},
		{"finish-merges", time.Minute, s.rooms.Directory.FinishMerges},
		{"find-duplicates", 10 * time.Minute, s.rooms.Directory.WatchDuplicates},
		{"purge-events", time.Hour, s.rooms.Relay.Purge},
		{"purge-sign-ins", time.Hour, s.rooms.Accounts.Purge},
		{"purge-links", time.Hour, s.rooms.Links.Purge},
		{"remap-services", 5 * time.Second, s.rooms.Directory.Remap},
		{"count-missed-searches", time.Minute, s.rooms.Directory.CountMissed},
		{"load-figures", time.Minute, s.rooms.Figures.Load},
		{"catch-up-facts", 10 * time.Second, s.rooms.Figures.CatchUp},
		{"purge-missed-searches", time.Hour, s.rooms.Directory.PurgeMissed},
		{"purge-files", 10 * time.Minute, s.rooms.Files.Purge},
		{"purge-notices", time.Hour, s.rooms.Notify.Purge},
	}
}

// startJobs starts the timetable. When several servers share a store, a lease
// lets one of them run a job at a time.
func (s *Server) startJobs(ctx context.Context) (gocron.Scheduler, error) {
	scheduler, err := gocron.NewScheduler(gocron.WithLocation(time.UTC))
	if err != nil {
		return nil, err
	}
	for _, j := range s.jobs() {
		_, err := scheduler.NewJob(gocron.DurationJob(j.every), gocron.NewTask(func() { s.runJob(ctx, j) }),
			gocron.WithName(j.name), gocron.WithSingletonMode(gocron.LimitModeReschedule),
			gocron.WithStartAt(gocron.WithStartImmediately()))
		if err != nil {
			return nil, err
		}
	}
	scheduler.Start()
	return scheduler, nil
}

// runJob runs j once, unless another server holds it, and counts what it did.
func (s *Server) runJob(ctx context.Context, j job) {
	ctx = identity.With(ctx, identity.SystemActor("job:"+j.name))
	held, err := slices.Contains(own, j.name), error(nil)
	if !held {
		held, err = s.rooms.Leases.TryHold(ctx, "job:"+j.name, j.every)
	}
	if err != nil || !held {
		if err != nil && ctx.Err() == nil {
			s.opts.Log.ErrorContext(ctx, "job could not take its lease", "job", j.name, "error", err.Error())
		}
		return
	}
	n, err := j.run(ctx)
	s.metrics.jobs.WithLabelValues(j.name, "done").Add(float64(n))
	if err != nil && ctx.Err() == nil {
		s.metrics.jobs.WithLabelValues(j.name, "failed").Inc()
		s.opts.Log.ErrorContext(ctx, "job failed", "job", j.name, "done", n, "error", err.Error())
	}
}
