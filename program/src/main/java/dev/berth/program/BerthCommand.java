package dev.berth.program;

import dev.berth.program.csi.CsiCommand;
import dev.berth.program.demo.DemoCommand;
import dev.berth.program.doctor.DoctorCommand;
import dev.berth.program.objects.ApplyCommand;
import dev.berth.program.objects.DeleteCommand;
import dev.berth.program.objects.DescribeCommand;
import dev.berth.program.objects.EventsCommand;
import dev.berth.program.objects.GetCommand;
import dev.berth.program.pool.PoolCommand;
import dev.berth.program.pool.UndeleteCommand;
import dev.berth.program.pool.VolumesCommand;
import dev.berth.program.serve.ServeCommand;
import dev.berth.program.standalone.TrainCommand;
import dev.berth.program.standalone.UpCommand;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The command above all commands: alone it prints what there is. */
@Command(
    name = "berth",
    mixinStandardHelpOptions = true,
    description =
        "Storage for containers: claims become mounted volumes, with Kubernetes or on one machine.",
    synopsisSubcommandLabel = "COMMAND",
    commandListHeading = "%nCommands:%n",
    footer = {
      "",
      "Examples:",
      "  berth up &                                      the daemon of this machine",
      "  berth apply -f deploy/examples/quickstart.yaml  a class, a claim and a pod",
      "  berth describe pod web                          where its volumes are",
      "  berth help apply                                the options of one command",
      "",
      "Begin with `berth demo`, which shows all of it in a scratch folder and leaves nothing behind.",
      "",
      "Exit codes: 0 done, 1 it failed (one line on stderr says why), 2 the command line is wrong.",
      "Colour only on a terminal; NO_COLOR=1 switches it off."
    })
final class BerthCommand implements Callable<Integer> {
  private static final List<Class<?>> COMMANDS =
      List.of(
          DemoCommand.class,
          UpCommand.class,
          ApplyCommand.class,
          GetCommand.class,
          DescribeCommand.class,
          DeleteCommand.class,
          EventsCommand.class,
          VolumesCommand.class,
          PoolCommand.class,
          UndeleteCommand.class,
          DoctorCommand.class,
          ServeCommand.class,
          CsiCommand.class,
          TrainCommand.class,
          BerthCommand.VersionCommand.class,
          CommandLine.HelpCommand.class);

  @Spec private CommandSpec spec = CommandSpec.create();

  /**
   * The commands below this one. Reading the annotations of all takes longer than the one that was
   * asked for, so when {@code arguments} begin with a command's name, that one stands alone.
   */
  static CommandLine commandLine(String... arguments) {
    CommandLine line = new CommandLine(new BerthCommand());
    List<Class<?>> named = COMMANDS.stream().filter(c -> isNamed(c, arguments)).toList();
    (named.isEmpty() ? COMMANDS : named).forEach(line::addSubcommand);
    return line;
  }

  /** {@code help} speaks of the others. */
  private static boolean isNamed(Class<?> command, String... arguments) {
    return arguments.length > 0
        && command != CommandLine.HelpCommand.class
        && command.getAnnotation(Command.class).name().equals(arguments[0]);
  }

  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getOut());
    return CommandLine.ExitCode.OK;
  }

  /** {@code berth version}. */
  @Command(
      name = "version",
      mixinStandardHelpOptions = true,
      description = "Prints the versions of Berth and of the Java it runs on.")
  static final class VersionCommand implements Callable<Integer> {
    @Spec private CommandSpec spec = CommandSpec.create();

    /** What {@code berth version} and {@code --version} of every command print. */
    static String line() {
      return "berth " + Version.text() + ", Java " + Runtime.version() + ", CSI 1.13";
    }

    @Override
    public Integer call() {
      spec.commandLine().getOut().println(line());
      return CommandLine.ExitCode.OK;
    }
  }
}
