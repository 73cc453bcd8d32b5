// Command havenloop runs the community resource referral network: the demo,
// the server, and the commands that look after its data.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"
)

// Exit codes of the command.
const (
	exitDone   = 0
	exitFailed = 1
	exitUsage  = 2
	exitPartly = 3 // done, with records refused
)

// cli is the command line. Every flag can be given as a HAVENLOOP_ variable.
type cli struct {
	Demo    demoCmd    `cmd:"" help:"Run with a made-up county to try everything; nothing is kept unless --data is given."`
	Serve   serveCmd   `cmd:"" help:"Run the server."`
	User    userCmd    `cmd:"" help:"Look after users: add, list, disable, enable, password."`
	Reindex reindexCmd `cmd:"" help:"Build the search index anew from the store."`
	Import  importCmd  `cmd:"" help:"Take in a directory of services: HSDS as JSON or tables, of any version."`
	Export  exportCmd  `cmd:"" help:"Write the whole directory, as anybody may see it, in a form of HSDS 3."`
	Health  healthCmd  `cmd:"" help:"Ask a running server whether it is ready; for container checks."`
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// run carries out one command line and answers with its exit code.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	return runWith(&console{ctx: ctx, in: stdin, out: stdout, err: stderr}, args)
}

func runWith(con *console, args []string) int {
	stdout, stderr := con.out, con.err
	var c cli
	usage := -1
	parser, err := kong.New(&c,
		kong.Name("havenloop"),
		kong.Description("Havenloop: social needs screening and referrals that close."),
		kong.DefaultEnvars("HAVENLOOP"),
		kong.UsageOnError(),
		kong.Writers(stdout, stderr),
		kong.Exit(func(code int) { usage = code }),
		kong.TypeMapper(secretType, kong.MapperFunc(readSecret)),
		kong.Vars{"version": version()},
	)
	if err != nil {
		fmt.Fprintln(stderr, "havenloop:", err)
		return exitFailed
	}
	kctx, err := parser.Parse(args)
	if usage == 0 { // --help was asked for and has been answered
		return exitDone
	}
	if err != nil {
		fmt.Fprintln(stderr, "havenloop:", err)
		fmt.Fprintln(stderr, `Try "havenloop --help".`)
		return exitUsage
	}
	err = kctx.Run(con)
	if _, bad := errors.AsType[*settingsError](err); bad {
		fmt.Fprintln(stderr, "havenloop:", err)
		return exitUsage
	}
	if errors.Is(err, errRefused) {
		fmt.Fprintln(stderr, "havenloop:", err)
		return exitPartly
	}
	if err != nil && !errors.Is(err, context.Canceled) {
		fmt.Fprintln(stderr, "havenloop:", err)
		return exitFailed
	}
	return exitDone
}

// console is what a command works with.
type console struct {
	ctx      context.Context
	in       io.Reader
	out, err io.Writer
	// house is the opened store when the command runs inside the server, else nil.
	house *house
	// outside calls the addresses that people typed in; nil, as in every command,
	// for a client that reaches public ones alone.
	outside *http.Client
}
