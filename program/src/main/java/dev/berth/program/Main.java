package dev.berth.program;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** Where the program begins. */
public final class Main {
  private Main() {}

  public static void main(String[] arguments) {
    // Not System.exit(0) as a matter of course: a command that leaves threads behind is a mistake
    // that should show.
    int code = run(arguments);
    System.out.flush();
    System.exit(code);
  }

  /** Runs one command line; returns its exit code. */
  public static int run(String... arguments) {
    return commandLine(arguments).execute(arguments);
  }

  /** With all commands, or with the one alone that {@code arguments} begin with. */
  static CommandLine commandLine(String... arguments) {
    CommandLine line = BerthCommand.commandLine(arguments);
    line.setOut(new PrintWriter(System.out, true, StandardCharsets.UTF_8));
    line.setErr(new PrintWriter(System.err, true, StandardCharsets.UTF_8));
    line.setParameterExceptionHandler(Main::usage);
    line.setExecutionExceptionHandler(Main::failed);
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setUsageHelpAutoWidth(true);
    versions(line);
    return line;
  }

  /** Gives {@code --version}, which every command has, something to say. */
  private static void versions(CommandLine line) {
    line.getCommandSpec().version(BerthCommand.VersionCommand.line());
    line.getSubcommands().values().forEach(Main::versions);
  }

  private static int usage(ParameterException e, String[] arguments) {
    CommandLine line = e.getCommandLine();
    line.getErr().println("berth: " + oneLine(e));
    line.getErr().println("see: " + line.getCommandSpec().qualifiedName() + " --help");
    return CommandLine.ExitCode.USAGE;
  }

  private static int failed(Exception e, CommandLine line, CommandLine.ParseResult parsed) {
    if (e instanceof Fault fault) {
      line.getErr().println("berth: " + fault.getMessage());
      return fault.exitCode();
    } else {
      line.getErr().println("berth: this is a mistake in Berth, please report it: " + oneLine(e));
      e.printStackTrace(line.getErr());
    }
    return CommandLine.ExitCode.SOFTWARE;
  }

  private static String oneLine(Throwable e) {
    return String.valueOf(e.getMessage()).strip();
  }
}
