package dev.berth.program.doctor;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.program.Fault;
import dev.berth.program.control.ControlClient;
import dev.berth.program.control.Refusal;
import dev.berth.program.control.Request;
import dev.berth.program.control.Request.Verb;
import dev.berth.program.control.RootOption;
import dev.berth.program.terminal.Style;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code berth doctor}. */
@Command(
    name = "doctor",
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  berth doctor",
      "  berth doctor -o json",
      "  berth doctor --repair k3v9x0ap.pvc-5b0c6d2e-7a51-4b55-9d0b-6f6a0a4f3f10",
      "  kubectl -n berth-system exec daemonset/berth -- berth doctor"
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:every volume has its PersistentVolume or may still get it; with --repair, all that were named were moved",
      "1:it failed, or a volume that was named was not moved (one line on stderr says why)",
      "2:the command line is wrong",
      "3:there are volumes that nobody names: leaked or unclaimed"
    },
    description = {
      "Shows the volumes in the pools of this machine that no PersistentVolume names, why, and what happens to them.",
      "It asks the daemon, berth up or berth serve, which reads PersistentVolumes and claims afresh."
    })
public final class DoctorCommand implements Callable<Integer> {
  private static final int ORPHANS = 3;

  /** How {@code -o} wants it. */
  enum Output {
    TABLE,
    JSON
  }

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private RootOption root = new RootOption();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "table|json",
      description = "How to print it (default: table).")
  private Output output = Output.TABLE;

  @Option(
      names = "--repair",
      description =
          "Moves the volumes that are named to the trash of their pool, where they stay for a day at least"
              + " unless the room is needed.")
  private boolean repair;

  @Option(
      names = {"-y", "--yes"},
      description = "Does not ask; needed where nobody can be asked.")
  private boolean yes;

  @Parameters(arity = "0..*", paramLabel = "VOLUME", description = "With --repair: which ones.")
  private List<String> volumes = List.of();

  @Override
  public Integer call() {
    requireSense();
    ControlClient client = root.daemon();
    if (repair) {
      return repair(client);
    }
    Report report = report(client);
    PrintWriter out = spec.commandLine().getOut();
    switch (output) {
      case JSON -> out.println(report.json());
      case TABLE ->
          report.lines(Style.ofStandardOutput(), Clock.systemUTC().instant()).forEach(out::println);
    }
    return report.hasOrphans() ? ORPHANS : CommandLine.ExitCode.OK;
  }

  private void requireSense() {
    if (repair && volumes.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(), "name the volumes to repair; berth doctor lists them");
    }
    if (!repair && !volumes.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(),
          "volumes are named together with --repair, to move them to the trash");
    }
    if (repair && !yes && !Style.isTerminal(0)) {
      throw new ParameterException(
          spec.commandLine(), "nobody can be asked here; say --yes to move volumes to the trash");
    }
  }

  private static Report report(ControlClient client) {
    List<JsonNode> found = new ArrayList<>();
    List<JsonNode> pools = new ArrayList<>();
    try {
      client.ask(
          Request.of(Verb.DOCTOR, "", "", ""),
          item -> (item.what().equals(DoctorHandler.POOL) ? pools : found).add(item.object()));
    } catch (Refusal refusal) {
      throw new Fault(String.valueOf(refusal.getMessage()), refusal);
    }
    return new Report(found, pools);
  }

  private int repair(ControlClient client) {
    PrintWriter out = spec.commandLine().getOut();
    if (!yes && !agreed(out, client)) {
      out.println("nothing was moved");
      return CommandLine.ExitCode.OK;
    }
    List<String> refusals = new ArrayList<>();
    for (String volume : volumes) {
      try {
        client.ask(
            Request.of(Verb.REPAIR, "", "", volume),
            item ->
                out.println(volume + " moved to the trash: " + item.object().path("why").asText()));
      } catch (Refusal refusal) {
        refusals.add(refusal.getMessage());
      }
    }
    if (!refusals.isEmpty()) {
      throw new Fault(String.join("\nberth: ", refusals));
    }
    return CommandLine.ExitCode.OK;
  }

  private boolean agreed(PrintWriter out, ControlClient client) {
    Report report = report(client);
    List<JsonNode> named =
        report.volumes().stream()
            .filter(node -> volumes.contains(node.path("volume").asText()))
            .toList();
    new Report(named, List.of())
        .lines(Style.ofStandardOutput(), Clock.systemUTC().instant())
        .forEach(out::println);
    out.print("Move " + volumes.size() + " to the trash? [y/N] ");
    out.flush();
    try {
      String answer =
          new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).readLine();
      return answer != null && answer.strip().toLowerCase(Locale.ROOT).matches("y|yes");
    } catch (IOException e) {
      throw new Fault("no answer could be read: " + e.getMessage(), e);
    }
  }
}
