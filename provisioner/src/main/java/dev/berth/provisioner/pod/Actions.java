package dev.berth.provisioner.pod;

import dev.berth.provisioner.cluster.Cluster;
import dev.berth.provisioner.cluster.ClusterException;
import dev.berth.provisioner.cluster.Notice;
import dev.berth.provisioner.queue.Outcome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Carries a step out and tells who is concerned when it fails. */
final class Actions {
  private static final Logger LOG = LoggerFactory.getLogger(Actions.class);
  private static final Duration SOON = Duration.ofMillis(20);

  private final Cluster cluster;
  private final CsiMounter csi;
  private final PodFolders folders;
  private final SubPaths subPaths;
  private final PodWriter pods;
  private final NodeExpansion expansion;

  Actions(
      Cluster cluster,
      CsiMounter csi,
      PodFolders folders,
      SubPaths subPaths,
      PodWriter pods,
      NodeExpansion expansion) {
    this.cluster = cluster;
    this.csi = csi;
    this.folders = folders;
    this.subPaths = subPaths;
    this.pods = pods;
    this.expansion = expansion;
  }

  // The edge of the manager: a fault in one volume must not end the work on all others.
  @SuppressWarnings("CatchingUnchecked")
  Outcome act(Step step) {
    Outcome outcome;
    try {
      outcome = take(step);
    } catch (ClusterException.Conflict _) {
      return Outcome.again(SOON); // somebody wrote in between: decide again from what they wrote
    } catch (ClusterException e) {
      outcome = Outcome.failed(String.valueOf(e.getMessage()));
    } catch (IOException | UncheckedIOException e) {
      outcome = Outcome.failed(failure(step) + text(e));
    } catch (RuntimeException e) {
      LOG.error("{}: unexpected", step, e);
      outcome = Outcome.failed(failure(step) + e);
    }
    if (outcome instanceof Outcome.Failed(String why)) {
      tellFailure(step, why);
    }
    return outcome;
  }

  private Outcome take(Step step) throws IOException {
    return switch (step) {
      case Step.Hold(PodRef pod) -> pods.hold(pod);
      case Step.Unpublish(Actual.Published at) -> csi.unpublish(at);
      case Step.Remove(Actual.Site site) -> folders.remove(site);
      case Step.Stage stage -> csi.stage(stage.mount());
      case Step.Publish publish -> csi.publish(publish.of(), publish.mount());
      case Step.MakeEmptyDir make -> folders.makeEmptyDir(make.of(), make.want());
      case Step.Write write -> folders.write(write.site(), write.payload());
      case Step.MountPlain mount -> folders.mount(mount.of(), mount.want());
      case Step.BindPart part -> subPaths.bind(part);
      case Step.UnbindPart(Actual.SubSite site) -> subPaths.unbind(site);
      case Step.CheckHostPath check -> folders.checkHostPath(check.want());
      case Step.Expand expand -> expansion.expand(expand.of(), expand.mount(), expand.growth());
      case Step.Unstage(Actual.Staged at) -> csi.unstage(at);
      case Step.RemoveFolder(String uid) -> folders.removeFolder(uid);
      case Step.Release(PodRef pod) -> pods.release(pod);
      case Step.Tell(PodRef pod, Desired.Said what) -> pods.tell(pod, what);
      case Step.Complain(PodRef pod, String _, String why) -> {
        warn(pod, "FailedMount", why);
        yield Outcome.done();
      }
    };
  }

  private void tellFailure(Step step, String why) {
    boolean growth = step instanceof Step.Expand;
    for (PodRef pod : step.concerned()) {
      warn(pod, growth ? "VolumeResizeFailed" : "FailedMount", why);
    }
    if (step instanceof Step.Expand expand) {
      expansion.failed(expand.growth().claim(), why);
    }
  }

  private void warn(PodRef pod, String reason, String why) {
    cluster.event(new Notice(pod.reference(), Notice.Type.WARNING, reason, why));
  }

  /** What was tried, for failures that do not say it themselves. */
  private static String failure(Step step) {
    return switch (step) {
      case Step.Stage stage -> volume("MountVolume.MountDevice", stage.mount().pv());
      case Step.Publish publish -> volume("MountVolume.SetUp", publish.mount().pv());
      case Step.MakeEmptyDir make -> volume("MountVolume.SetUp", make.want().name());
      case Step.Write write -> volume("MountVolume.SetUp", write.site().name());
      case Step.MountPlain mount -> volume("MountVolume.SetUp", mount.want().folder());
      case Step.BindPart(PodRef _, Actual.SubSite _, Want _, SubPath part) ->
          "failed to prepare subPath \""
              + part.path()
              + "\" of volume \""
              + part.volume()
              + "\" for container \""
              + part.container()
              + "\" : ";
      case Step.UnbindPart(Actual.SubSite site) -> volume("CleanupSubPaths", site.volume());
      case Step.CheckHostPath check -> volume("MountVolume.SetUp", check.want().name());
      case Step.Unpublish(Actual.Published at) -> volume("UnmountVolume.TearDown", at.pv());
      case Step.Remove(Actual.Site site) -> volume("UnmountVolume.TearDown", site.name());
      case Step.Expand expand -> volume("NodeExpandVolume", expand.mount().pv());
      case Step.Unstage(Actual.Staged at) ->
          "UnmountDevice failed at " + at.place().target() + " : ";
      case Step.Hold _, Step.RemoveFolder _, Step.Release _, Step.Tell _, Step.Complain _ -> "";
    };
  }

  private static String volume(String what, String name) {
    return what + " failed for volume \"" + name + "\" : ";
  }

  /** The exceptions of java.nio.file say what is wrong in their class, and only where in words. */
  private static String text(Exception e) {
    if (e instanceof UncheckedIOException && e.getCause() instanceof IOException cause) {
      return text(cause);
    }
    if (e instanceof java.nio.file.FileSystemException file && file.getReason() == null) {
      return file.getClass().getSimpleName().replace("Exception", "") + ": " + file.getFile();
    }
    return String.valueOf(e.getMessage());
  }
}
