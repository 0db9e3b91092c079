package dev.berth.e2e.vm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.berth.e2e.harness.Repository;
import dev.berth.e2e.harness.Shell;
import dev.berth.e2e.harness.Shell.Answer;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The tool that runs commands on another kernel, as a script would use it. */
class VmToolE2E {
  private static final Duration RUN = Duration.ofMinutes(2);
  private static final String DEV = Repository.root().resolve("dev").toString();

  @BeforeAll
  static void build() {
    String impossible = Guest.impossible();
    assumeTrue(impossible.isEmpty(), impossible);
  }

  private static Answer vm(String... arguments) {
    return Shell.ask(
        RUN, Stream.concat(Stream.of(DEV, "vm"), Stream.of(arguments)).toArray(String[]::new));
  }

  @Test
  void a_command_runs_as_root_of_another_kernel_and_its_exit_code_comes_back(@TempDir Path dir)
      throws IOException {
    Path in = Files.createDirectory(dir.resolve("in"));
    Files.writeString(in.resolve("a file"), "from the host");
    Path disk = Files.write(dir.resolve("disk"), new byte[1 << 20]);
    Path out = dir.resolve("out");
    String script =
        """
        uname -r; id -u; echo "$GREETING"; cat '%s/a file'; echo
        for disk in $VM_DISKS; do blockdev --getsize64 $disk; done
        printf written > ${VM_DISKS##* }
        echo changed > '%s/a file'; echo back > /out/answer
        echo to stderr >&2
        exit 7
        """
            .formatted(in, in);
    Answer answer =
        vm(
            "run",
            "--in",
            in.toString(),
            "--out",
            out.toString(),
            "--disk",
            "300M",
            "--disk",
            disk.toString(),
            "--env",
            "GREETING=two  words",
            "--",
            "bash",
            "-c",
            script);
    assertThat(answer.exit()).as(answer.output()).isEqualTo(7);
    assertThat(answer.lines())
        .contains("0", "two  words", "from the host", "314572800", "1048576", "to stderr")
        .anyMatch(line -> line.endsWith("-cloud-amd64"));
    assertThat(out.resolve("answer")).hasContent("back");
    assertThat(in.resolve("a file")).hasContent("from the host");
    assertThat(new String(Files.readAllBytes(disk), StandardCharsets.UTF_8)).startsWith("written");
  }

  @Test
  void after_its_deadline_a_run_is_stopped_and_says_so() {
    Answer answer = vm("run", "--deadline", "2", "--", "sleep", "1000");
    assertThat(answer.exit()).isEqualTo(124);
    assertThat(answer.output())
        .isEqualTo("vm: the deadline of 2 s is over: the guest was stopped\n");
  }

  @Test
  void a_guest_that_dies_is_told_with_the_end_of_its_console() {
    Answer answer = vm("run", "--", "bash", "-c", "echo c > /proc/sysrq-trigger");
    assertThat(answer.exit()).isEqualTo(125);
    assertThat(answer.output())
        .contains("vm: the guest ended before the command did; the end of its console:")
        .contains("Kernel panic - not syncing: sysrq triggered crash");
  }

  @ParameterizedTest
  @ValueSource(strings = {"INT", "TERM", "KILL"})
  void output_streams_and_nothing_is_left_when_a_run_is_ended_by(String signal) throws Exception {
    Process run =
        new ProcessBuilder(DEV, "vm", "run", "--", "bash", "-c", "echo up; sleep 1000")
            .redirectErrorStream(true)
            .start();
    List<ProcessHandle> children;
    try (BufferedReader output = run.inputReader()) {
      assertThat(output.readLine()).isEqualTo("up");
      children = run.descendants().toList();
      assertThat(children).anyMatch(VmToolE2E::isEmulator);
      Shell.run("kill", "-" + signal, Long.toString(run.pid()));
      assertThat(run.waitFor(20, TimeUnit.SECONDS)).isTrue();
    } finally {
      run.destroyForcibly();
    }
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> children.stream().noneMatch(ProcessHandle::isAlive));
    assertThat(foldersOf(run.pid())).isEmpty();
  }

  private static List<Path> foldersOf(long pid) throws IOException {
    try (Stream<Path> memory = Files.list(Path.of("/dev/shm"));
        Stream<Path> disk = Files.list(Path.of("/var/tmp"))) {
      return Stream.concat(memory, disk)
          .filter(file -> file.getFileName().toString().startsWith("berth-vm." + pid + "."))
          .toList();
    }
  }

  private static boolean isEmulator(ProcessHandle process) {
    return process.info().command().filter(c -> c.endsWith("qemu-system-x86_64")).isPresent();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "frob;unknown command frob",
        "run;run needs -- and a command",
        "run --deadline soon -- true;--deadline: soon is not a number of seconds",
        "run --out;--out needs a value",
        "run --frob -- true;unknown option --frob",
        "run --in /nowhere -- true;--in: /nowhere is not there",
        "run --in /proc/1 -- true;--in: /proc/1 cannot be brought in at its own path",
        "run --disk huge -- true;--disk: huge is neither a size, such as 512M, nor a file",
        "test NoSuchVM;there are 0 test classes named NoSuchVM",
      })
  void a_wrong_command_line_is_refused_at_once_with_what_is_wrong(String line) {
    String[] parts = line.split(";", -1);
    Answer answer = vm(parts[0].split(" ", -1));
    assertThat(answer.exit()).isEqualTo(2);
    assertThat(answer.output())
        .isEqualTo("vm: " + parts[1] + "\nvm: ./dev vm help shows what there is\n");
  }

  @Test
  void help_names_every_command_and_option() {
    assertThat(vm("help").output())
        .contains("build", "run [OPTIONS] -- COMMAND", "shell", "test", "why-not", "clean")
        .contains("--in", "--out", "--env", "--disk", "--deadline", "--cold")
        .isEqualTo(vm().output());
  }
}
