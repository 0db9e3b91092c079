package dev.berth.provisioner;

import static dev.berth.provisioner.AttachingWorld.ONE;
import static dev.berth.provisioner.AttachingWorld.PATIENCE;
import static org.awaitility.Awaitility.await;

import dev.berth.provisioner.cluster.CacheSpec;
import dev.berth.provisioner.cluster.Cluster;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A world of attachments for each test, in whatever cluster. */
abstract class AttachingCase {
  static final String FINALIZER = "external-attacher/attaching-csi-berth-dev";

  AttachingWorld world;

  /** A connection with these caches; all of one test see the same objects, and no others. */
  abstract Cluster open(List<CacheSpec<?>> specs);

  /** After the last connection has been closed. */
  abstract void close();

  @BeforeEach
  void start() {
    world = new AttachingWorld(this::open);
  }

  @AfterEach
  void stop() {
    world.close();
    close();
  }

  /** A pod on node one, which has the volume of the claim {@code data} mounted. */
  Pod mounted(String pod) {
    world.bound("data");
    Pod created = world.pod(pod, "data", ONE);
    world.mounted("data", ONE);
    return created;
  }

  void staysAttached(Duration time) {
    await().during(time).atMost(PATIENCE).until(() -> world.attached("data", ONE));
  }

  /** Whether it is written down that no pod wants the volume on node one. */
  boolean unwanted() {
    return world
        .attachment("data", ONE)
        .orElseThrow()
        .getMetadata()
        .getAnnotations()
        .containsKey("berth.dev/unwanted-since");
  }
}
