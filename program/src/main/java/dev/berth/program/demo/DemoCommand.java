package dev.berth.program.demo;

import dev.berth.program.Privileges;
import dev.berth.program.logging.LogOptions;
import dev.berth.program.terminal.Style;
import dev.berth.storage.linux.Linux;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code berth demo}. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {"  berth demo", "  berth demo --keep"},
    description =
        "Shows all of it in a scratch folder: a claim becomes a mounted volume, is filled, grown, survives a SIGKILL and is deleted."
            + " Each step is checked; nothing stays behind.")
public final class DemoCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private LogOptions log = new LogOptions();

  @Option(
      names = "--keep",
      description = "Stops before the deletion and leaves the daemon running, to look around.")
  private boolean keep;

  @Option(
      names = "--root",
      paramLabel = "DIR",
      description =
          "The scratch folder, empty or not there yet (default: a new one in $TMPDIR or /var/tmp).")
  private Optional<Path> root = Optional.empty();

  private final AtomicBoolean tidied = new AtomicBoolean();

  @Override
  public Integer call() {
    Privileges.require("berth demo");
    log.install();
    PrintWriter out = spec.commandLine().getOut();
    boolean terminal = Style.isTerminal(1);
    Narration narration = new Narration(out, Style.ofStandardOutput(), terminal, Clock.systemUTC());
    Scratch scratch = Scratch.make(root, Linux.real());
    ChildDaemon daemon = new ChildDaemon(scratch.root(), "default=" + scratch.pool() + ",size=2Gi");
    Thread onInterrupt = new Thread(() -> tidy(narration, scratch, daemon), "demo-tidy");
    Runtime.getRuntime().addShutdownHook(onInterrupt);
    out.println("Berth's demo, in " + scratch.root() + " and nowhere else");
    try {
      new Demo(scratch, daemon, narration).run(keep);
    } catch (UnexpectedException e) {
      narration.failure(e.expected(), e.seen(), daemon.lastLines());
      return failed(narration, scratch, daemon);
    } catch (RuntimeException e) {
      narration.failure("the step to succeed", String.valueOf(e.getMessage()), daemon.lastLines());
      return failed(narration, scratch, daemon);
    }
    tidied.set(true);
    narration.say("");
    narration.say(
        String.format(
            Locale.ROOT,
            "%d steps, each checked, in %.1f s.",
            narration.steps(),
            narration.elapsed().toMillis() / 1000.0));
    if (keep) {
      kept(scratch.root(), daemon.pid()).forEach(narration::say);
    }
    return CommandLine.ExitCode.OK;
  }

  private int failed(Narration narration, Scratch scratch, ChildDaemon daemon) {
    tidy(narration, scratch, daemon);
    narration.say("");
    narration.say("The demo failed; its folder is cleaned up.");
    return CommandLine.ExitCode.SOFTWARE;
  }

  /** Once, whoever comes first: the end of a failed run, or the hook that Ctrl-C runs. */
  private void tidy(Narration narration, Scratch scratch, ChildDaemon daemon) {
    if (!tidied.compareAndSet(false, true)) {
      return;
    }
    try {
      daemon.kill();
    } catch (RuntimeException e) {
      narration.say("berth: " + e.getMessage());
    }
    scratch.remove().forEach(problem -> narration.say("berth: left behind: " + problem));
  }

  private static List<String> kept(Path root, long pid) {
    return List.of(
        "",
        "The daemon still runs (pid " + pid + "). Look around:",
        "  berth get pvc,pv,pods --root " + root,
        "  berth describe pod web --root " + root,
        "and then take it away:",
        "  berth delete pod/web pvc/data --wait --root "
            + root
            + " && kill "
            + pid
            + " && rm -r "
            + root);
  }
}
