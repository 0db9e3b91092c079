package dev.berth.provisioner.pod;

import dev.berth.provisioner.pod.Actual.SubSite;
import dev.berth.provisioner.queue.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The parts of volumes that containers see, each at a place of its own, as a kubelet does it. */
final class SubPaths {
  private final Layout layout;
  private final HostMounts mounts;

  SubPaths(Layout layout, HostMounts mounts) {
    this.layout = layout;
    this.mounts = mounts;
  }

  Outcome bind(Step.BindPart step) throws IOException {
    Path target = layout.subPath(step.site());
    Folders.create(Folders.parentOf(target));
    List<String> options = step.part().readOnly() ? List.of("ro") : List.of();
    mounts.bindPart(volume(step), Path.of(step.part().path()), target, options);
    return Outcome.done();
  }

  private Path volume(Step.BindPart step) throws IOException {
    String uid = step.of().uid();
    return switch (step.volume()) {
      case Want.Csi csi -> layout.published(uid, csi.mount().pv(), csi.mount().block()).target();
      case Want.EmptyDir dir -> layout.emptyDir(uid, dir.name());
      case Want.HostPath path -> Path.of(path.path()).toRealPath();
      case Want.Plain plain -> layout.site(plain.site(uid));
      case Want.Content content ->
          layout.site(new Actual.Site(uid, content.plugin(), content.name()));
      case Want.Lacking lacking ->
          layout.site(new Actual.Site(uid, lacking.plugin(), lacking.name()));
      case Want.Attaching _, Want.Waiting _, Want.Refused _ ->
          throw new IllegalStateException(step.volume().name() + " is not mounted");
    };
  }

  Outcome unbind(SubSite site) throws IOException {
    Path target = layout.subPath(site);
    while (mounts.isMounted(target)) {
      mounts.unmount(target);
    }
    Files.deleteIfExists(target); // an empty file or folder
    Path container = Folders.parentOf(target);
    Folders.removeIfEmpty(container);
    Folders.removeIfEmpty(Folders.parentOf(container));
    return Outcome.done();
  }
}
