package dev.berth.e2e.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.berth.e2e.docs.Page.Block;
import dev.berth.e2e.docs.Page.Link;
import dev.berth.e2e.harness.BerthProcess;
import dev.berth.e2e.harness.ClusterScript;
import dev.berth.e2e.harness.Repository;
import dev.berth.e2e.harness.Scratch;
import dev.berth.e2e.harness.Shell;
import dev.berth.e2e.vm.Guest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The documents, followed to the letter. */
class DocsE2E {
  private static final Duration PATIENCE = Duration.ofMinutes(4);

  @TestFactory
  Stream<DynamicTest> every_command_of_a_page_works() {
    return Page.all().stream()
        .filter(page -> !page.in("sh").isEmpty())
        .filter(page -> !KubernetesPagesE2E.follows(page))
        .map(page -> dynamicTest(page.toString(), () -> follow(page)));
  }

  private static void follow(Page page) throws IOException {
    if (page.in("sh").stream().anyMatch(block -> block.text().contains("./dev cluster"))) {
      String impossible = ClusterScript.impossible();
      assumeTrue(impossible.isEmpty(), impossible);
    }
    if (page.in("sh").stream().anyMatch(block -> block.text().contains("./dev vm"))) {
      String impossible = Guest.impossible();
      assumeTrue(impossible.isEmpty(), impossible);
    }
    try (Scratch scratch = new Scratch()) {
      Path script = Session.in(scratch).script(page, page.in("sh"));
      Shell.Answer answer = Shell.ask(PATIENCE, "bash", script.toString());
      assertThat(answer.exit()).as("%s", answer.output()).isZero();
      assertThat(scratch.mounts()).as("mounts left behind").isEmpty();
      assertThat(Scratch.loopsBelow(scratch.root())).as("loop devices left behind").isEmpty();
    }
  }

  @Test
  void the_one_test_command_is_what_ci_runs() throws IOException {
    String ci = Files.readString(Repository.root().resolve(".ci/run"));
    assertThat(ci).containsPattern("(?m)^(exec )?\\" + Session.TESTS + "( |$)");
    assertThat(Page.read(Repository.root().resolve("README.md")).in("sh"))
        .anyMatch(block -> block.text().contains(Session.TESTS));
  }

  @Test
  void every_manifest_of_a_page_is_accepted() throws IOException {
    try (Scratch scratch = new Scratch()) {
      Path root = scratch.folder("root");
      BerthProcess berth =
          scratch.own(
              BerthProcess.serving(
                  scratch.root().resolve("berth.log"),
                  root.resolve("berth.sock"),
                  List.of(
                      "up",
                      "--root=" + root,
                      "--pool=disk=" + scratch.filesystem("xfs", "disk", 4096).mountPoint(),
                      "--init")));
      for (Page page : Page.all()) {
        for (Block block : page.in("yaml")) {
          Path manifest = scratch.root().resolve("manifest.yaml");
          Files.writeString(manifest, block.text());
          Shell.Answer answer =
              BerthProcess.run(List.of("apply", "--root=" + root, "-f", manifest.toString()));
          assertThat(answer.exit()).as("%s:%d: %s", page, block.line(), answer.output()).isZero();
        }
      }
      assertThat(berth.stop()).isZero();
    }
  }

  @Test
  void every_link_leads_somewhere() {
    List<String> broken = new ArrayList<>();
    for (Page page : Page.all()) {
      for (Link link : page.links()) {
        if (!link.target().contains("://") && !resolves(page, link.target())) {
          broken.add(page + ":" + link.line() + ": " + link.target());
        }
      }
    }
    assertThat(broken).isEmpty();
  }

  private static boolean resolves(Page page, String target) {
    int hash = target.indexOf('#');
    String path = hash < 0 ? target : target.substring(0, hash);
    Path file = path.isEmpty() ? page.file() : page.file().resolveSibling(path).normalize();
    if (hash < 0 || !Files.isRegularFile(file)) {
      return hash < 0 && Files.exists(file);
    }
    return Page.read(file).anchors().contains(target.substring(hash + 1));
  }
}
