package dev.berth.provisioner.groupsnapshot;

import static java.util.Objects.requireNonNullElse;

import dev.berth.provisioner.binding.Labels;
import dev.berth.provisioner.cluster.Cluster;
import dev.berth.provisioner.cluster.Index;
import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.Kind;
import dev.berth.provisioner.cluster.extension.VolumeGroupSnapshot;
import dev.berth.provisioner.cluster.extension.VolumeGroupSnapshotClass;
import dev.berth.provisioner.cluster.extension.VolumeGroupSnapshotContent;
import dev.berth.provisioner.object.Claim;
import dev.berth.provisioner.object.DataSource;
import dev.berth.provisioner.object.Volume;
import io.fabric8.kubernetes.api.model.LabelSelector;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads what matters to a VolumeGroupSnapshot. */
final class GroupReader {
  private final Cluster cluster;
  private final String driver;

  GroupReader(Cluster cluster, String driver) {
    this.cluster = cluster;
    this.driver = driver;
  }

  Optional<GroupSeen> read(Key key) {
    return cluster.get(Kind.GROUP_SNAPSHOT, key).map(this::see);
  }

  private GroupSeen see(VolumeGroupSnapshot group) {
    Optional<VolumeGroupSnapshotContent> content = content(group);
    return new GroupSeen(
        group,
        Optional.ofNullable(group.getSpec().volumeGroupSnapshotClassName())
            .flatMap(name -> cluster.get(Kind.GROUP_CLASS, Key.of(name))),
        defaults(),
        Optional.ofNullable(group.getSpec().from().selector())
            .map(selector -> sources(group, selector))
            .orElseGet(List::of),
        content,
        content.map(found -> members(group, found)).orElseGet(List::of));
  }

  private List<VolumeGroupSnapshotClass> defaults() {
    return cluster.list(Kind.GROUP_CLASS).stream()
        .filter(klass -> klass.driver().equals(driver))
        .filter(
            klass -> klass.annotation(GroupNames.DEFAULT_CLASS).filter("true"::equals).isPresent())
        .toList();
  }

  private List<GroupSeen.Source> sources(VolumeGroupSnapshot group, LabelSelector selector) {
    return cluster.list(Kind.CLAIM, Index.BY_NAMESPACE, group.getMetadata().getNamespace()).stream()
        .filter(
            claim ->
                Labels.match(
                    selector, requireNonNullElse(claim.getMetadata().getLabels(), Map.of())))
        .map(Claim::new)
        .map(claim -> new GroupSeen.Source(claim, volume(claim)))
        .toList();
  }

  private Optional<Volume> volume(Claim claim) {
    return claim
        .volumeName()
        .flatMap(name -> cluster.get(Kind.VOLUME, Key.of(name)))
        .map(Volume::new);
  }

  /** Live, because what is missing in a cache must never be taken for gone. */
  private Optional<VolumeGroupSnapshotContent> content(VolumeGroupSnapshot group) {
    String name =
        group
            .getSpec()
            .from()
            .content()
            .or(group::boundContent)
            .orElse("groupsnapcontent-" + group.uid());
    return cluster.getLive(Kind.GROUP_CONTENT, Key.of(name));
  }

  private List<GroupSeen.Member> members(
      VolumeGroupSnapshot group, VolumeGroupSnapshotContent content) {
    return content.status().members().stream().map(told -> member(group, content, told)).toList();
  }

  private GroupSeen.Member member(
      VolumeGroupSnapshot group,
      VolumeGroupSnapshotContent content,
      VolumeGroupSnapshotContent.Member told) {
    String handle = requireNonNullElse(told.volumeHandle(), "");
    String name = GroupNames.member(content.uid(), handle);
    String namespace = group.getMetadata().getNamespace();
    return new GroupSeen.Member(
        told,
        name,
        cluster.list(Kind.VOLUME, Index.VOLUME_BY_HANDLE, handle).stream()
            .map(Volume::new)
            .findFirst(),
        cluster.get(Kind.SNAPSHOT, Key.of(namespace, "snapshot-" + name)),
        cluster.get(Kind.SNAPSHOT_CONTENT, Key.of("snapcontent-" + name)),
        isRestored(namespace, "snapshot-" + name));
  }

  private boolean isRestored(String namespace, String snapshot) {
    return cluster.list(Kind.CLAIM, Index.BY_NAMESPACE, namespace).stream()
        .map(Claim::new)
        .filter(claim -> claim.phase().equals("Pending"))
        .anyMatch(claim -> DataSource.of(claim).equals(new DataSource.OfSnapshot(snapshot)));
  }
}
