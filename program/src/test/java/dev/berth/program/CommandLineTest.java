package dev.berth.program;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class CommandLineTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... arguments) {
    CommandLine line = Main.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    int code = line.execute(arguments);
    line.getOut().flush();
    line.getErr().flush();
    return code;
  }

  @Test
  void alone_it_prints_what_there_is() {
    assertThat(run()).isZero();
    assertThat(out.toString())
        .contains(
            "Usage: berth [-hV] COMMAND",
            "demo",
            "up",
            "apply",
            "get",
            "describe",
            "delete",
            "events",
            "doctor",
            "volumes",
            "pool",
            "undelete",
            "csi",
            "version",
            "Exit codes:");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "demo",
        "up",
        "apply",
        "get",
        "describe",
        "delete",
        "events",
        "doctor",
        "volumes",
        "pool",
        "undelete",
        "csi",
        "version"
      })
  void every_command_explains_itself_in_three_ways_with_examples(String command) {
    assertThat(run(command, "--help")).isZero();
    String page = out.toString();
    assertThat(page).startsWith("Usage: berth " + command);
    assertThat(command.equals("version") || page.contains("Examples:\n  berth " + command))
        .as(page)
        .isTrue();
    out.getBuffer().setLength(0);
    assertThat(run("help", command)).isZero();
    assertThat(out.toString()).isEqualTo(page);
    out.getBuffer().setLength(0);
    assertThat(run(command, "-h")).isZero();
    assertThat(out.toString()).isEqualTo(page);
    assertThat(err.toString()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"--help", "-h", "help"})
  void help_for_all_is_what_it_prints_alone(String word) {
    run();
    String alone = out.toString();
    out.getBuffer().setLength(0);
    assertThat(run(word)).isZero();
    assertThat(out.toString()).isEqualTo(alone).contains("berth apply -f");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "gett                    | Unmatched argument at index 0: 'gett'",
        "get                     | Missing required parameter: 'KIND [NAME…]'",
        "get pvcs                | unknown kind pvcs; known: persistentvolumeclaims (pvc), ",
        "get pvc -o xml          | Invalid value for option '--output'",
        "get pvc,pv -w           | -w watches one kind or one object, not 2",
        "apply                   | Missing required option: '--filename=FILE|DIR|-'",
        "delete                  | name what to delete, KIND NAME, or a manifest with -f",
        "delete pvc              | name the persistentvolumeclaims to delete; all of a kind at once"
            + " is not offered",
        "delete pvc x -f y       | give either KIND NAME or -f, not both",
        "describe pvc/           | write KIND/NAME, such as pvc/data, not pvc/",
        "up --log-level=loud     | Invalid value for option '--log-level'",
      })
  void a_wrong_command_line_is_code_2_and_points_at_the_help(String line, String problem) {
    assertThat(run(line.split(" +"))).isEqualTo(2);
    assertThat(err.toString()).startsWith("berth: " + problem).contains("see: berth", "--help");
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void every_problem_of_a_configuration_is_told_at_once() {
    assertThat(
            run("csi", "--driver=cloud", "--endpoint=tcp://x", "--pool=a=/d,size=x", "--pool=B=/e"))
        .isEqualTo(2);
    assertThat(err.toString().lines())
        .hasSize(4)
        .allMatch(line -> line.startsWith("berth: "))
        .anyMatch(
            line ->
                line.contains("endpoint 'tcp://x' is not of the form unix:///absolute/path.sock"))
        .anyMatch(line -> line.contains("--driver cloud: must be local or shared"))
        .anyMatch(line -> line.contains("size=x must be"))
        .anyMatch(line -> line.contains("the name B must be"));
  }

  @Test
  void without_a_daemon_the_message_says_how_to_start_one(@TempDir Path root) {
    assertThat(run("get", "pvc", "--root=" + root)).isEqualTo(1);
    assertThat(err.toString())
        .isEqualTo(
            "berth: no daemon answers at %s/berth.sock; start one with: berth up --root %s\n"
                .formatted(root, root));
  }

  @Test
  void the_version_names_what_it_speaks() {
    assertThat(run("version")).isZero();
    assertThat(out.toString()).matches("berth \\S+, Java 2\\S+, CSI 1\\.13\n");
    assertThat(run("--version")).isZero();
    assertThat(run("get", "--version")).isZero();
    assertThat(out.toString().lines().distinct()).hasSize(1);
  }
}
