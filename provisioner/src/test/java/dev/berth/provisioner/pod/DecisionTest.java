package dev.berth.provisioner.pod;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.berth.csi.v1.VolumeCapability;
import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.pod.Actual.Bound;
import dev.berth.provisioner.pod.Actual.Known;
import dev.berth.provisioner.pod.Actual.Placed;
import dev.berth.provisioner.pod.Actual.PodVolume;
import dev.berth.provisioner.pod.Actual.Published;
import dev.berth.provisioner.pod.Actual.Site;
import dev.berth.provisioner.pod.Actual.Staged;
import dev.berth.provisioner.pod.Actual.SubSite;
import dev.berth.provisioner.pod.Desired.Leaving;
import dev.berth.provisioner.pod.Desired.Said;
import dev.berth.provisioner.pod.Desired.Wanted;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class DecisionTest {
  private static final Layout LAYOUT = new Layout(Path.of("/root"));
  private static final CsiVolume VOLUME = new CsiVolume("d", "vol-1");
  private static final CsiMount MOUNT = mount(false);
  private static final CsiMount ONE_POD = mount(true);
  private static final PodRef A = new PodRef(Key.of("ns", "a"), "uid-a");
  private static final PodRef B = new PodRef(Key.of("ns", "b"), "uid-b");
  private static final Said ALL =
      new Said(
          true,
          "the volume is mounted; no container engine is attached, so no container is started");
  private static final Said WAITING = new Said(false, "waiting for volumes: data");
  private static final Want DATA = new Want.Csi("data", MOUNT, Optional.empty());
  private static final Want ALONE = new Want.Csi("data", ONE_POD, Optional.empty());
  private static final Staged STAGED = staged(true);

  private static CsiMount mount(boolean onePod) {
    return new CsiMount(
        VOLUME, "pv-1", true, VolumeCapability.getDefaultInstance(), Map.of(), false, onePod);
  }

  private static Staged staged(boolean complete) {
    return new Staged(LAYOUT.staged(VOLUME), false, Optional.of(VOLUME), complete);
  }

  private static Published published(PodRef pod, boolean mounted) {
    return new Published(pod.uid(), "pv-1", false, Optional.of(VOLUME), mounted);
  }

  private static Wanted pod(PodRef ref, Said said, Want... wants) {
    return new Wanted(ref, true, said, List.of(wants), List.of());
  }

  private static Desired desired(Wanted... pods) {
    return new Desired(List.of(pods), List.of());
  }

  private static Desired leaving(PodRef pod) {
    return new Desired(List.of(), List.of(new Leaving(pod, Set.of(VOLUME))));
  }

  private static Actual actual(List<Published> published, List<Staged> staged, String... uids) {
    return new Actual(published, staged, List.of(), List.of(), Set.of(uids), Known.NOTHING);
  }

  private static final Actual NOTHING = actual(List.of(), List.of());

  static List<Arguments> table() {
    return List.of(
        Arguments.of("nothing wanted, nothing there", desired(), NOTHING, List.of()),
        Arguments.of(
            "nothing is made for a pod before it carries our finalizer",
            desired(new Wanted(A, false, WAITING, List.of(DATA), List.of())),
            NOTHING,
            List.of(new Step.Hold(A))),
        Arguments.of(
            "a volume is staged first",
            desired(pod(A, WAITING, DATA)),
            NOTHING,
            List.of(new Step.Stage(MOUNT, List.of(A)))),
        Arguments.of(
            "a volume of two pods is staged once",
            desired(pod(A, WAITING, DATA), pod(B, WAITING, DATA)),
            NOTHING,
            List.of(new Step.Stage(MOUNT, List.of(A, B)))),
        Arguments.of(
            "a staging that was only begun is repeated",
            desired(pod(A, WAITING, DATA)),
            actual(List.of(), List.of(staged(false))),
            List.of(new Step.Stage(MOUNT, List.of(A)))),
        Arguments.of(
            "a staged volume is published for each pod",
            desired(pod(A, WAITING, DATA), pod(B, WAITING, DATA)),
            actual(List.of(), List.of(STAGED)),
            List.of(new Step.Publish(A, "data", MOUNT), new Step.Publish(B, "data", MOUNT))),
        Arguments.of(
            "a publication that was only begun is repeated",
            desired(pod(A, WAITING, DATA)),
            actual(List.of(published(A, false)), List.of(STAGED), "uid-a"),
            List.of(new Step.Publish(A, "data", MOUNT))),
        Arguments.of(
            "after a reboot the folders are there and the mounts are not: staged again",
            desired(pod(A, ALL, DATA)),
            actual(List.of(published(A, false)), List.of(staged(false)), "uid-a"),
            List.of(new Step.Stage(MOUNT, List.of(A)), new Step.Tell(A, WAITING))),
        Arguments.of(
            "a pod with all volumes mounted is told once",
            desired(pod(A, WAITING, DATA)),
            actual(List.of(published(A, true)), List.of(STAGED), "uid-a"),
            List.of(new Step.Tell(A, ALL))),
        Arguments.of(
            "what is as it should be is left alone",
            desired(pod(A, ALL, DATA)),
            actual(List.of(published(A, true)), List.of(STAGED), "uid-a"),
            List.of()),
        Arguments.of(
            "a volume of a pod that is gone is unpublished, and staged as long as it is published",
            leaving(A),
            actual(List.of(published(A, true)), List.of(STAGED), "uid-a"),
            List.of(new Step.Unpublish(published(A, true)))),
        Arguments.of(
            "an attempt to publish for a pod that is gone is undone",
            desired(),
            actual(List.of(published(A, false)), List.of(STAGED), "uid-a"),
            List.of(new Step.Unpublish(published(A, false)))),
        Arguments.of(
            "a volume that nobody uses is unstaged before its pod may go",
            leaving(A),
            actual(List.of(), List.of(STAGED)),
            List.of(new Step.Unstage(STAGED))),
        Arguments.of(
            "the empty folder of a pod that is gone is removed",
            leaving(A),
            actual(List.of(), List.of(), "uid-a"),
            List.of(new Step.RemoveFolder("uid-a"))),
        Arguments.of(
            "a pod with nothing left here may go",
            leaving(A),
            NOTHING,
            List.of(new Step.Release(A))),
        Arguments.of(
            "a volume that another pod uses stays staged, and holds nobody back",
            new Desired(List.of(pod(B, ALL, DATA)), List.of(new Leaving(A, Set.of(VOLUME)))),
            actual(List.of(published(B, true)), List.of(STAGED), "uid-b"),
            List.of(new Step.Release(A))),
        Arguments.of(
            "a living pod keeps its mount when its claim cannot be read any more",
            desired(pod(A, new Said(false, "waiting for volumes: data (lost)"), waiting("lost"))),
            actual(List.of(published(A, true)), List.of(STAGED), "uid-a"),
            List.of()),
        Arguments.of(
            "unmounting comes before mounting, mounting before unstaging",
            desired(pod(B, WAITING, new Want.EmptyDir("data", false, OptionalLong.empty()))),
            new Actual(
                List.of(new Published("x", "pv-2", false, Optional.empty(), true)),
                List.of(STAGED),
                List.of(),
                List.of(),
                Set.of("x"),
                Known.NOTHING),
            List.of(
                new Step.Unpublish(new Published("x", "pv-2", false, Optional.empty(), true)),
                new Step.MakeEmptyDir(B, new Want.EmptyDir("data", false, OptionalLong.empty())),
                new Step.Unstage(STAGED))));
  }

  private static Want waiting(String why) {
    return new Want.Waiting("data", why);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("table")
  void the_difference_becomes_steps(
      String name, Desired desired, Actual actual, List<Step> expected) {
    assertThat(Decision.decide(desired, actual)).as(name).isEqualTo(expected);
  }

  @Test
  void of_two_pods_that_want_a_volume_alone_the_older_gets_it_and_the_other_hears_why() {
    List<Step> steps =
        Decision.decide(
            desired(pod(A, WAITING, ALONE), pod(B, WAITING, ALONE)),
            actual(List.of(), List.of(STAGED)));
    String why =
        "PersistentVolume pv-1 is ReadWriteOncePod and another pod has it: it is mounted here once"
            + " that pod is gone";
    assertThat(steps)
        .containsExactly(
            new Step.Publish(A, "data", ONE_POD),
            new Step.Complain(B, "data", why),
            new Step.Tell(B, new Said(false, "waiting for volumes: data (" + why + ")")));
  }

  @Test
  void a_pod_that_has_a_volume_alone_keeps_it_from_an_older_one() {
    List<Step> steps =
        Decision.decide(
            desired(pod(A, WAITING, ALONE), pod(B, WAITING, ALONE)),
            actual(List.of(published(B, false)), List.of(STAGED), "uid-b"));
    assertThat(steps).contains(new Step.Publish(B, "data", ONE_POD));
    assertThat(steps).doesNotContain(new Step.Publish(A, "data", ONE_POD));
  }

  @Test
  void a_volume_wanted_alone_waits_until_the_pod_before_is_unmounted() {
    List<Step> steps =
        Decision.decide(
            desired(pod(B, WAITING, ALONE)),
            actual(List.of(published(A, true)), List.of(STAGED), "uid-a"));
    assertThat(steps.getFirst()).isEqualTo(new Step.Unpublish(published(A, true)));
    assertThat(steps).noneMatch(Step.Publish.class::isInstance);
  }

  @Test
  void a_due_growth_is_a_step_once_the_volume_is_published() {
    Want.Growth growth = new Want.Growth(Key.of("ns", "claim"), 1024);
    Want want = new Want.Csi("data", MOUNT, Optional.of(growth));
    assertThat(Decision.decide(desired(pod(A, WAITING, want)), actual(List.of(), List.of(STAGED))))
        .containsExactly(new Step.Publish(A, "data", MOUNT));
    assertThat(
            Decision.decide(
                desired(pod(A, ALL, want)),
                actual(List.of(published(A, true)), List.of(STAGED), "uid-a")))
        .containsExactly(new Step.Expand(A, MOUNT, growth));
  }

  @Test
  void a_memory_emptydir_is_there_when_it_is_mounted() {
    Want.EmptyDir want = new Want.EmptyDir("data", true, OptionalLong.empty());
    Site at = new Site("uid-a", Plugin.EMPTY_DIR, "data");
    assertThat(Decision.decide(desired(pod(A, WAITING, want)), emptyDir(new Placed(at, false))))
        .containsExactly(new Step.MakeEmptyDir(A, want));
    assertThat(Decision.decide(desired(pod(A, ALL, want)), emptyDir(new Placed(at, true))))
        .isEmpty();
    assertThat(Decision.decide(desired(), emptyDir(new Placed(at, true))))
        .containsExactly(new Step.Remove(at));
  }

  private static Actual emptyDir(Placed folder) {
    return new Actual(
        List.of(),
        List.of(),
        List.of(folder),
        List.of(),
        Set.of(folder.site().uid()),
        Known.NOTHING);
  }

  @Test
  void a_hostpath_is_looked_at_once() {
    Want.HostPath want = new Want.HostPath("data", "/x", "Directory");
    assertThat(Decision.decide(desired(pod(A, WAITING, want)), NOTHING))
        .containsExactly(new Step.CheckHostPath(A, want));
    Actual checked =
        new Actual(
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            Set.of(),
            new Known(Set.of(), Set.of(new PodVolume("uid-a", "data")), Map.of()));
    assertThat(Decision.decide(desired(pod(A, WAITING, want)), checked))
        .containsExactly(new Step.Tell(A, ALL));
    assertThat(Decision.decide(desired(pod(A, ALL, want)), NOTHING)).isEmpty();
  }

  private static final Site CONFIG = new Site("uid-a", Plugin.CONFIG_MAP, "data");
  private static final Payload OLD = payload("old");
  private static final Payload NEW = payload("new");

  private static Payload payload(String text) {
    return new Payload(Map.of("key", new Payload.PayloadFile(ByteString.copyFromUtf8(text), 0644)));
  }

  private static Actual content(boolean mounted, Map<Site, Payload> written) {
    return new Actual(
        List.of(),
        List.of(),
        List.of(new Placed(CONFIG, mounted)),
        List.of(),
        Set.of("uid-a"),
        new Known(Set.of(), Set.of(), written));
  }

  @Test
  void content_is_written_when_it_is_new_and_again_when_it_changes() {
    Want old = new Want.Content("data", Plugin.CONFIG_MAP, OLD);
    Want next = new Want.Content("data", Plugin.CONFIG_MAP, NEW);
    Step.Write write = new Step.Write(A, CONFIG, OLD);
    assertThat(Decision.decide(desired(pod(A, WAITING, old)), NOTHING)).containsExactly(write);
    assertThat(Decision.decide(desired(pod(A, WAITING, old)), content(true, Map.of())))
        .containsExactly(write);
    assertThat(Decision.decide(desired(pod(A, ALL, old)), content(true, Map.of(CONFIG, OLD))))
        .isEmpty();
    assertThat(Decision.decide(desired(pod(A, ALL, next)), content(true, Map.of(CONFIG, OLD))))
        .containsExactly(new Step.Write(A, CONFIG, NEW));
  }

  @Test
  void after_a_restart_content_is_compared_once_and_the_pod_is_not_told_otherwise() {
    assertThat(
            Decision.decide(
                desired(pod(A, ALL, new Want.Content("data", Plugin.CONFIG_MAP, OLD))),
                content(true, Map.of())))
        .containsExactly(new Step.Write(A, CONFIG, OLD));
  }

  @Test
  void content_whose_object_is_gone_stays_and_people_are_told() {
    Want gone = new Want.Lacking("data", Plugin.CONFIG_MAP, "not found");
    assertThat(Decision.decide(desired(pod(A, ALL, gone)), content(true, Map.of(CONFIG, OLD))))
        .containsExactly(new Step.Complain(A, "data", "not found"));
    assertThat(Decision.decide(desired(pod(A, WAITING, gone)), NOTHING))
        .containsExactly(
            new Step.Complain(A, "data", "not found"),
            new Step.Tell(A, new Said(false, "waiting for volumes: data (not found)")));
    assertThat(Decision.decide(desired(), content(true, Map.of())))
        .containsExactly(new Step.Remove(CONFIG));
  }

  @Test
  void a_part_is_bound_after_its_volume_and_unbound_before_it() {
    SubPath part = new SubPath("data", "main", 0, "logs", true);
    SubSite site = new SubSite("uid-a", "data", "main", "0");
    Wanted pod = new Wanted(A, true, WAITING, List.of(DATA), List.of(part));
    Published there = published(A, true);
    assertThat(Decision.decide(desired(pod), NOTHING))
        .containsExactly(new Step.Stage(MOUNT, List.of(A)));
    assertThat(Decision.decide(desired(pod), actual(List.of(there), List.of(STAGED), "uid-a")))
        .containsExactly(
            new Step.BindPart(A, site, DATA, part),
            new Step.Tell(A, new Said(false, "waiting for volumes: data (subPath logs)")));
    Actual bound =
        new Actual(
            List.of(there),
            List.of(STAGED),
            List.of(),
            List.of(new Bound(site, true)),
            Set.of("uid-a"),
            Known.NOTHING);
    assertThat(Decision.decide(desired(pod), bound)).containsExactly(new Step.Tell(A, ALL));
    assertThat(Decision.decide(desired(), bound)).startsWith(new Step.UnbindPart(site));
    assertThat(Decision.decide(desired(), bound)).doesNotContain(new Step.Unpublish(there));
  }

  @Test
  void a_refused_volume_is_complained_about_and_the_others_are_mounted() {
    List<Step> steps =
        Decision.decide(
            desired(pod(A, WAITING, new Want.Refused("config", "no such kind"), DATA)), NOTHING);
    assertThat(steps)
        .containsExactly(
            new Step.Complain(A, "config", "no such kind"),
            new Step.Stage(MOUNT, List.of(A)),
            new Step.Tell(A, new Said(false, "waiting for volumes: config (no such kind), data")));
  }
}
