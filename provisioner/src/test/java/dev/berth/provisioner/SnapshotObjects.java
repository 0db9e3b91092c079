package dev.berth.provisioner;

import dev.berth.provisioner.cluster.extension.VolumeSnapshot;
import dev.berth.provisioner.cluster.extension.VolumeSnapshotClass;
import dev.berth.provisioner.cluster.extension.VolumeSnapshotContent;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Snapshot objects as a person would write them, in the namespace {@code default}. */
public final class SnapshotObjects {
  private SnapshotObjects() {}

  /** A class of the fake driver. */
  public static VolumeSnapshotClass klass(String name, String policy) {
    VolumeSnapshotClass klass = new VolumeSnapshotClass();
    klass.setMetadata(new ObjectMetaBuilder().withName(name).build());
    klass.setDriver(FakeCsi.NAME);
    klass.setDeletionPolicy(policy);
    return klass;
  }

  /** The same, for snapshots that name none. */
  public static VolumeSnapshotClass byDefault(String name) {
    return klass(name, "Delete")
        .edited(m -> m.addToAnnotations("snapshot.storage.kubernetes.io/is-default-class", "true"));
  }

  /** A class with parameters. */
  public static VolumeSnapshotClass klass(String name, Map<String, String> parameters) {
    VolumeSnapshotClass klass = klass(name, "Delete");
    klass.setParameters(parameters);
    return klass;
  }

  /** A snapshot of a claim. */
  public static VolumeSnapshot of(String name, String claim, @Nullable String className) {
    return named(name, new VolumeSnapshot.Spec(new VolumeSnapshot.Source(claim, null), className));
  }

  /** A snapshot that is there already. */
  public static VolumeSnapshot there(String name, String content) {
    return named(name, new VolumeSnapshot.Spec(new VolumeSnapshot.Source(null, content), null));
  }

  private static VolumeSnapshot named(String name, VolumeSnapshot.Spec spec) {
    VolumeSnapshot snapshot = new VolumeSnapshot().with(spec);
    snapshot.setMetadata(new ObjectMetaBuilder().withNamespace("default").withName(name).build());
    return snapshot;
  }

  /** A content that stands for a snapshot of the driver. */
  public static VolumeSnapshotContent content(String name, String handle, String snapshot) {
    VolumeSnapshotContent content =
        new VolumeSnapshotContent()
            .with(
                new VolumeSnapshotContent.Spec(
                    new ObjectReferenceBuilder()
                        .withNamespace("default")
                        .withName(snapshot)
                        .build(),
                    "Delete",
                    FakeCsi.NAME,
                    null,
                    new VolumeSnapshotContent.Source(null, handle),
                    "Filesystem"));
    content.setMetadata(new ObjectMetaBuilder().withName(name).build());
    return content;
  }

  /** A claim that is to be filled from a snapshot. */
  public static PersistentVolumeClaim restored(String name, String className, String snapshot) {
    return Objects.claim(name, className)
        .editSpec()
        .withNewDataSource("snapshot.storage.k8s.io", "VolumeSnapshot", snapshot)
        .endSpec()
        .build();
  }

  /** A claim that is to be filled from another. */
  public static PersistentVolumeClaim cloned(String name, String className, String source) {
    return Objects.claim(name, className)
        .editSpec()
        .withNewDataSource(null, "PersistentVolumeClaim", source)
        .endSpec()
        .build();
  }
}
