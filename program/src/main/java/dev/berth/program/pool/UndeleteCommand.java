package dev.berth.program.pool;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.program.control.Request.Verb;
import dev.berth.program.control.RootOption;
import dev.berth.program.objects.Printer;
import dev.berth.program.terminal.Ages;
import dev.berth.program.terminal.Style;
import dev.berth.program.terminal.Table;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code berth undelete}. */
@Command(
    name = "undelete",
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  berth undelete",
      "  berth undelete k3v9x0ap.pvc-5b0c6d2e-7a51-4b55-9d0b-6f6a0a4f3f10",
      "  berth undelete -o yaml --storage-class berth VOLUME | berth apply -f -"
    },
    description = {
      "Shows the deleted volumes that are still in the trash of this machine's pools, or brings one back.",
      "A volume that came back has no PersistentVolume: the one that is printed, applied, gives it to a claim"
          + " of the name that it had. Until then berth doctor shows it, and nothing removes it."
    })
public final class UndeleteCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private RootOption root = new RootOption();
  @Mixin private OutputOption output = new OutputOption();

  @Option(
      names = "--storage-class",
      paramLabel = "NAME",
      description =
          "The storageClassName of the PersistentVolume that is printed, which its claim must name too"
              + " (default: none).")
  private String storageClass = "";

  @Parameters(arity = "0..1", paramLabel = "VOLUME", description = "The volume to bring back.")
  private Optional<String> volume = Optional.empty();

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    if (volume.isEmpty()) {
      list(out);
    } else {
      bringBack(out, volume.get());
    }
    return CommandLine.ExitCode.OK;
  }

  private void list(PrintWriter out) {
    ArrayNode trash = Asking.all(root.daemon(), Verb.TRASH, "");
    if (output.print(out, trash)) {
      return;
    }
    if (trash.isEmpty()) {
      out.println("the trash is empty");
      return;
    }
    Instant now = Clock.systemUTC().instant();
    Table table = new Table("VOLUME", "POOL", "CLAIM", "SIZE", "USED", "DELETED", "EMPTIED AT");
    for (JsonNode gone : trash) {
      table.row(
          Asking.text(gone, "volume"),
          Asking.text(gone, "pool"),
          Asking.text(gone, "claim"),
          Human.size(gone.path("size").asLong()),
          Human.size(gone.path("used").asLong()),
          Ages.since(Asking.text(gone, "deleted"), now) + " ago",
          Asking.text(gone, "due"));
    }
    table.lines(Style.ofStandardOutput(), true).forEach(out::println);
  }

  private void bringBack(PrintWriter out, String name) {
    JsonNode back = Asking.all(root.daemon(), Verb.UNDELETE, name).get(0);
    ObjectNode manifest = (ObjectNode) back.path("manifest");
    ((ObjectNode) manifest.path("spec")).put("storageClassName", storageClass);
    if (!output.print(out, manifest)) {
      out.println("volume " + name + " is back in pool " + Asking.text(back, "pool"));
      out.println("apply this PersistentVolume (berth apply -f -) to use it:");
      out.println();
      out.print(Printer.yaml(manifest));
    }
    out.flush();
  }
}
