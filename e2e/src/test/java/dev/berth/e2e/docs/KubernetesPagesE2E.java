package dev.berth.e2e.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.berth.e2e.harness.BerthImage;
import dev.berth.e2e.harness.ClusterScript;
import dev.berth.e2e.harness.Repository;
import dev.berth.e2e.harness.Scratch;
import dev.berth.e2e.harness.Shell;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * The pages about Kubernetes, one after the other as a reader meets them, in a cluster of two nodes
 * where nothing is installed. What only a test has to do (pull a plug, look whether the data is
 * still there) stands in the pages too, in comments.
 */
class KubernetesPagesE2E {
  private static final Path FOLDER = Repository.root().resolve("docs/kubernetes");
  private static final List<String> ORDER =
      List.of("install", "first-claim", "troubleshooting", "upgrade", "node-loss", "uninstall");
  private static final String CLUSTER = "pages";
  private static final Duration PATIENCE = Duration.ofMinutes(20);

  private static final Scratch SCRATCH = new Scratch();

  @SuppressWarnings("NullAway.Init")
  private static Session checkout;

  private static boolean followed = true;

  /** Whether a page is one of those that are followed here. */
  static boolean follows(Page page) {
    return page.file().startsWith(FOLDER);
  }

  @BeforeAll
  static void start_a_cluster() throws IOException {
    String impossible = ClusterScript.impossible();
    assumeTrue(impossible.isEmpty(), impossible);
    checkout = Session.in(SCRATCH);
    BerthImage.archive(); // the pages build it again, out of the cache
    ClusterScript.run(List.of("up", "--name=" + CLUSTER, "--nodes=2", "--disk=6G"));
  }

  @AfterAll
  static void take_the_cluster_away() {
    try (SCRATCH) {
      if (ClusterScript.impossible().isEmpty()) {
        ClusterScript.run(List.of("down", "--name=" + CLUSTER));
      }
    }
  }

  @TestFactory
  Stream<DynamicTest> every_command_of_a_page_works() {
    return ORDER.stream()
        .map(name -> Page.read(FOLDER.resolve(name + ".md")))
        .map(page -> dynamicTest(page.toString(), () -> follow(page)));
  }

  @Test
  void no_page_with_commands_is_left_out() {
    assertThat(Page.all().stream().filter(KubernetesPagesE2E::follows))
        .filteredOn(page -> !page.in("sh").isEmpty())
        .extracting(page -> page.file().getFileName().toString())
        .containsExactlyInAnyOrderElementsOf(ORDER.stream().map(name -> name + ".md").toList());
  }

  private static void follow(Page page) throws IOException {
    assumeTrue(followed, "a page before this one does not work");
    followed = false;
    long began = System.nanoTime();
    Path script = checkout.script(page, page.in("sh"), prologue());
    Shell.Answer answer = Shell.ask(PATIENCE, "bash", script.toString());
    assertThat(answer.exit()).as("%s%n%s", answer.output(), diagnosis(answer)).isZero();
    followed = true;
    System.out.printf("%s: followed in %.0f s%n", page, (System.nanoTime() - began) / 1e9);
  }

  /** One cluster for all pages, so none of them takes it down. */
  private static String prologue() {
    return """
    export CLUSTER=%s BERTH_CLUSTERS=%s KUBECONFIG=%s BERTH_APP=%s BERTH_JAVA_HOME=%s
    export PATH=$(cluster/bin-dir):$PATH
    clean_up() { :; }
    """
        .formatted(
            CLUSTER,
            ClusterScript.folder(),
            kubeconfig(),
            Repository.root().resolve("program/target"),
            System.getProperty("java.home"));
  }

  private static Path kubeconfig() {
    return ClusterScript.folder().resolve(CLUSTER).resolve("kubeconfig");
  }

  private static String diagnosis(Shell.Answer answer) {
    if (answer.exit() == 0) {
      return "";
    }
    String kubectl = "kubectl --kubeconfig=" + kubeconfig();
    return Shell.ask(
            "bash",
            "-c",
            kubectl
                + " get pods,pvc,pv,nodes -A -o wide; "
                + kubectl
                + " get events -A --sort-by=.lastTimestamp | tail -n 60; "
                + kubectl
                + " -n berth-system logs daemonset/berth --all-pods=true --tail=60")
        .output();
  }
}
