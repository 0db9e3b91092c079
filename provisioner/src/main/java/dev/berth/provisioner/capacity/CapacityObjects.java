package dev.berth.provisioner.capacity;

import static java.util.Objects.requireNonNullElse;

import dev.berth.csi.v1.GetCapacityResponse;
import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.object.Home;
import dev.berth.provisioner.quantity.Bytes;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.storage.CSIStorageCapacity;
import io.fabric8.kubernetes.api.model.storage.CSIStorageCapacityBuilder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The CSIStorageCapacity objects of one node: their names, and what is in them. */
final class CapacityObjects {
  /** What external-provisioner labels its objects with. */
  static final String DRIVER_LABEL = "csi.storage.k8s.io/drivername";

  static final String MANAGER_LABEL = "csi.storage.k8s.io/managed-by";
  private static final String MANAGER = "external-provisioner-";

  private static final int HASH_DIGITS = 24;
  private static final int LONGEST_LABEL = 63;

  private final Home home;
  private final String namespace;

  CapacityObjects(Home home, String namespace) {
    this.home = home;
    this.namespace = namespace;
  }

  /** The key of the one object for a class; a restart, or a second writer, makes no second. */
  Key key(String className) {
    String all = String.join("|", home.driver(), className, home.node());
    return Key.of(namespace, "csisc-" + hash(all));
  }

  /** Whether an object was written for this node, by its name and not by labels alone. */
  boolean isOurs(CSIStorageCapacity object) {
    return Key.of(object).equals(key(requireNonNullElse(object.getStorageClassName(), "")));
  }

  /** The object for a class, owned by the Node so that it goes when the node does. */
  CSIStorageCapacity of(String className, Node node, GetCapacityResponse answer) {
    CSIStorageCapacityBuilder builder =
        new CSIStorageCapacityBuilder()
            .withNewMetadata()
            .withNamespace(namespace)
            .withName(key(className).name())
            .addToLabels(DRIVER_LABEL, home.driver())
            .addToLabels(MANAGER_LABEL, manager())
            .addNewOwnerReference()
            .withApiVersion("v1")
            .withKind("Node")
            .withName(node.getMetadata().getName())
            .withUid(node.getMetadata().getUid())
            .endOwnerReference()
            .endMetadata()
            .withStorageClassName(className)
            .withNewNodeTopology()
            .withMatchLabels(
                home.topology()
                    .map(here -> Map.copyOf(here.getSegmentsMap()))
                    .orElseGet(() -> Map.of("kubernetes.io/hostname", home.node())))
            .endNodeTopology()
            .withCapacity(new Bytes(answer.getAvailableCapacity()).toQuantity());
    if (answer.hasMaximumVolumeSize()) {
      builder.withMaximumVolumeSize(
          new Bytes(answer.getMaximumVolumeSize().getValue()).toQuantity());
    }
    return builder.build();
  }

  /** Whether there is nothing to write. */
  static boolean same(CSIStorageCapacity is, CSIStorageCapacity wanted) {
    return bytes(is.getCapacity()).equals(bytes(wanted.getCapacity()))
        && bytes(is.getMaximumVolumeSize()).equals(bytes(wanted.getMaximumVolumeSize()))
        && Objects.equals(is.getMetadata().getLabels(), wanted.getMetadata().getLabels())
        && is.getMetadata().getOwnerReferences().stream()
            .map(owner -> owner.getUid())
            .toList()
            .equals(
                wanted.getMetadata().getOwnerReferences().stream()
                    .map(owner -> owner.getUid())
                    .toList());
  }

  private static Optional<Bytes> bytes(@Nullable Quantity quantity) {
    return Optional.ofNullable(quantity).map(Bytes::of);
  }

  /** A label's value is short, a node's name need not be. */
  private String manager() {
    String full = MANAGER + home.node();
    return full.length() <= LONGEST_LABEL ? full : MANAGER + hash(home.node());
  }

  private static String hash(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest).substring(0, HASH_DIGITS);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
