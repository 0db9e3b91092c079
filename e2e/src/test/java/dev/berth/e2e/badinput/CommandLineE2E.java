package dev.berth.e2e.badinput;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.e2e.harness.BerthProcess;
import dev.berth.e2e.harness.Scratch;
import dev.berth.e2e.harness.Shell;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Command lines that cannot be understood: exit code 2, words, and nothing is begun. */
@ExtendWith(Tallied.class)
class CommandLineE2E {
  private static final int WRONG_COMMAND_LINE = 2;
  private static final int FAILED = 1;

  /** {@code arguments} with DIR for the test's folder; the words that must be in the answer. */
  record Line(String wrong, int exit, List<String> arguments, List<String> words) {
    @Override
    public String toString() {
      return wrong;
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource({"csi", "pools", "objects"})
  void is_refused_in_words(Line line, Tally tally) {
    try (Scratch scratch = new Scratch()) {
      List<String> arguments =
          line.arguments().stream()
              .map(argument -> argument.replace("DIR", scratch.root().toString()))
              .toList();
      Shell.Answer answer = BerthProcess.run(arguments);
      assertThat(answer.output()).contains(line.words()).doesNotContain("\tat ");
      assertThat(answer.exit()).as("%s", answer.output()).isEqualTo(line.exit());
      assertThat(scratch.root()).isEmptyDirectory();
    }
    tally.add("command lines");
  }

  static Stream<Line> csi() {
    return Stream.of(
        line("unknown command", List.of("csl"), "csl"),
        line("unknown option", List.of("csi", "--pol=disk=DIR"), "--pol"),
        line(
            "no endpoint",
            List.of("csi", "--root=DIR/root", "--pool=disk=DIR,size=1Gi"),
            "--endpoint"),
        endpoint(
            "endpoint that is not unix", "tcp://0.0.0.0:10000", "tcp://0.0.0.0:10000", "unix:///"),
        endpoint("relative endpoint", "unix://csi.sock", "unix://csi.sock", "unix:///"),
        endpoint("endpoint with ..", "unix://DIR/x/../csi.sock", "endpoint", ".."),
        endpoint("endpoint that is not a .sock", "unix://DIR/csi", "endpoint", ".sock"),
        endpoint("endpoint too long", "unix://DIR/" + "s".repeat(100) + ".sock", "endpoint", "100"),
        csiWith("unknown driver", List.of("--driver=nfs"), "--driver", "nfs", "local"),
        csiWith("empty node id", List.of("--node-id="), "node"),
        csiWith("node id that is no label", List.of("--node-id=a b"), "node", "a b"),
        csiWith("unknown log level", List.of("--log-level=loud"), "--log-level", "loud"),
        csiWith("an argument too many", List.of("now"), "now"));
  }

  static Stream<Line> pools() {
    return Stream.of(
        line(
            "no pool",
            List.of("csi", "--endpoint=unix://DIR/csi.sock", "--root=DIR/root"),
            "--pool"),
        pool("pool without =", "DIR", "NAME="),
        pool("pool without a name", "=DIR", "name"),
        pool("pool without a folder", "disk=", "NAME="),
        pool("pool with a bad name", "Disk_1=DIR", "Disk_1"),
        pool("size with an unknown unit", "disk=DIR,size=10X", "size=10X"),
        pool("size 0", "disk=DIR,size=0", "size=0"),
        pool("negative size", "disk=DIR,size=-1Gi", "size=-1Gi"),
        pool("reserve with an unknown unit", "disk=DIR,size=1Gi,reserve=lots", "reserve=lots"),
        pool("reserve above the size", "disk=DIR,size=1Gi,reserve=2Gi", "reserve", "2Gi", "1Gi"),
        pool("overcommit 0", "disk=DIR,size=1Gi,overcommit=0", "overcommit=0"),
        pool(
            "overcommit that is no number", "disk=DIR,size=1Gi,overcommit=lots", "overcommit=lots"),
        pool("unknown setting", "disk=DIR,siez=1Gi", "siez", "size", "overcommit", "reserve"),
        pool("setting given twice", "disk=DIR,size=1Gi,size=2Gi", "size", "twice"),
        csiWith("two pools of one name", List.of("--pool=disk=DIR/b,size=1Gi"), "disk", "twice"),
        csiWith("two pools in one folder", List.of("--pool=b=DIR/a,size=1Gi"), "DIR/a", "twice"),
        csiWith(
            "three mistakes at once",
            List.of("--driver=nfs", "--pool=c=DIR/c,size=10X", "--pool=d=DIR/d,overcommit=0"),
            "nfs",
            "size=10X",
            "overcommit=0"));
  }

  static Stream<Line> objects() {
    return Stream.of(
        line("get of nothing", List.of("get"), "KIND"),
        line("get of an unknown kind", List.of("get", "pvcs"), "pvcs", "pvc", "pv"),
        line("get in an unknown form", List.of("get", "pvc", "-o", "xml"), "xml"),
        line("get with names and slashes", List.of("get", "pvc", "pod/web"), "pod/web"),
        line("describe of an unknown kind", List.of("describe", "volume", "x"), "volume"),
        line("delete without a name", List.of("delete", "pvc"), "name"),
        line(
            "delete of both a file and a name",
            List.of("delete", "pvc", "x", "-f", "y"),
            "not both"),
        line("apply without a file", List.of("apply"), "-f"),
        line(
            FAILED,
            "apply of a file that is not there",
            List.of("apply", "--root=DIR/root", "-f", "DIR/none.yaml"),
            "DIR/none.yaml",
            "does not exist"),
        line(
            FAILED,
            "get without a daemon",
            List.of("get", "--root=DIR/root", "pvc"),
            "no daemon",
            "berth up",
            "DIR/root"),
        line(
            "up with a bad pool",
            List.of("up", "--root=DIR/root", "--pool=disk=DIR,size=10X"),
            "size=10X"),
        line(
            "up with a root too long for a socket",
            List.of("up", "--root=DIR/" + "r".repeat(100)),
            "--root",
            "100"));
  }

  private static Line endpoint(String wrong, String endpoint, String... words) {
    return line(
        wrong,
        List.of("csi", "--root=DIR/root", "--pool=disk=DIR,size=1Gi", "--endpoint=" + endpoint),
        words);
  }

  private static Line pool(String wrong, String pool, String... words) {
    return line(
        wrong,
        List.of("csi", "--root=DIR/root", "--endpoint=unix://DIR/csi.sock", "--pool=" + pool),
        words);
  }

  /** A line that is right but for what is added. */
  private static Line csiWith(String wrong, List<String> more, String... words) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "csi",
                "--root=DIR/root",
                "--endpoint=unix://DIR/csi.sock",
                "--pool=disk=DIR/a,size=1Gi"));
    arguments.addAll(more);
    return line(wrong, arguments, words);
  }

  private static Line line(String wrong, List<String> arguments, String... words) {
    return line(WRONG_COMMAND_LINE, wrong, arguments, words);
  }

  private static Line line(int exit, String wrong, List<String> arguments, String... words) {
    // The folder's name is not known here, and what comes after it says enough.
    List<String> all = Arrays.stream(words).map(word -> word.replace("DIR/", "/")).toList();
    return new Line(wrong, exit, arguments, all);
  }
}
