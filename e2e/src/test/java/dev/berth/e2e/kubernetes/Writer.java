package dev.berth.e2e.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.awaitility.Awaitility;

/**
 * A pod that appends numbers to a file, forces each to the disk and only then prints it: what its
 * log shows is acknowledged, and must be in the file whatever happened meanwhile.
 */
record Writer(Namespace namespace, String pod) {
  static Writer start(Namespace namespace, String pod, String claim) {
    namespace.apply(
        Manifests.claim(claim, "300Mi")
            + Manifests.pod(
                pod,
                claim,
                "n=0; while :; do n=$((n+1));"
                    + " echo $n | dd of=/data/log oflag=append conv=notrunc,fsync 2>/dev/null"
                    + " && echo $n || exit 1; usleep 50000; done"));
    namespace.ready(pod);
    return new Writer(namespace, pod);
  }

  /** The number of the last write that was acknowledged. */
  int acknowledged() {
    String last = namespace.kubectl("logs", pod, "--tail=1").strip();
    return last.isEmpty() ? 0 : Integer.parseInt(last);
  }

  /** Waits until it has written more than it has now. */
  void awaitProgress() {
    int before = acknowledged();
    Awaitility.await(pod + " goes on writing")
        .atMost(Namespace.PATIENCE)
        .until(() -> acknowledged() > before + 5);
  }

  /** Every acknowledged write is in the file, in order, and the pod never started again. */
  void assertNothingLost() {
    int acknowledged = acknowledged();
    String written = namespace.sh(pod, "cat /data/log");
    assertThat(written.lines().map(Integer::valueOf).toList())
        .startsWith(IntStream.rangeClosed(1, acknowledged).boxed().toArray(Integer[]::new));
    assertThat(namespace.get("pod/" + pod).at("/status/containerStatuses/0/restartCount").asInt())
        .as("restarts of " + pod)
        .isZero();
  }
}
