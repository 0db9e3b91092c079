package dev.berth.provisioner.attachment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.provisioner.FakeAttacher;
import dev.berth.provisioner.Objects;
import dev.berth.provisioner.attachment.Seen.Site;
import dev.berth.provisioner.object.Names;
import dev.berth.provisioner.object.NodeView;
import dev.berth.provisioner.object.PodView;
import dev.berth.provisioner.object.Volume;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.storage.VolumeAttachmentBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class AttachDecisionTest {
  private static final String DRIVER = FakeAttacher.NAME;
  private static final String UNIQUE = AttachmentName.unique(DRIVER, "vol-1");
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
  private static final Duration SIX_MINUTES = Duration.ofMinutes(6);

  private final AttachDecision decision = new AttachDecision(Optional.of(SIX_MINUTES));

  private static PersistentVolumeBuilder volume(String... modes) {
    return Objects.volume("data")
        .editSpec()
        .withAccessModes(modes)
        .editCsi()
        .withDriver(DRIVER)
        .withVolumeHandle("vol-1")
        .endCsi()
        .endSpec();
  }

  private static PodView pod(String namespace, String name, String node, int age) {
    return new PodView(
        new PodBuilder(Objects.pod(name, "data"))
            .editMetadata()
            .withNamespace(namespace)
            .withUid("uid-" + name)
            .withCreationTimestamp(NOW.minusSeconds(age).toString())
            .endMetadata()
            .editSpec()
            .withNodeName(node)
            .endSpec()
            .build());
  }

  private static NodeBuilder node(String name, boolean ready) {
    return new NodeBuilder()
        .withNewMetadata()
        .withName(name)
        .endMetadata()
        .withNewSpec()
        .endSpec()
        .withNewStatus()
        .addNewCondition()
        .withType("Ready")
        .withStatus(ready ? "True" : "Unknown")
        .endCondition()
        .endStatus();
  }

  private static NodeBuilder using(NodeBuilder node) {
    return node.editStatus().withVolumesInUse(UNIQUE).endStatus();
  }

  private static NodeBuilder told(NodeBuilder node) {
    return node.editStatus()
        .addNewVolumesAttached()
        .withName(UNIQUE)
        .withDevicePath("")
        .endVolumesAttached()
        .endStatus();
  }

  private static VolumeAttachmentBuilder attachment(String node, boolean attached) {
    return new VolumeAttachmentBuilder()
        .withNewMetadata()
        .withName(AttachmentName.of("vol-1", DRIVER, node))
        .withUid("uid-" + node)
        .endMetadata()
        .withNewSpec()
        .withAttacher(DRIVER)
        .withNodeName(node)
        .withNewSource()
        .withPersistentVolumeName("data")
        .endSource()
        .endSpec()
        .withNewStatus()
        .withAttached(attached)
        .endStatus();
  }

  private static VolumeAttachmentBuilder unwanted(VolumeAttachmentBuilder of, Duration since) {
    return of.editMetadata()
        .addToAnnotations(Attachment.UNWANTED_SINCE, NOW.minus(since).toString())
        .endMetadata();
  }

  private static Site site(NodeBuilder node, VolumeAttachmentBuilder attachment, PodView... pods) {
    return new Site(
        attachment.buildSpec().getNodeName(),
        Optional.of(new NodeView(node.build())),
        List.of(pods),
        List.of(pods),
        Optional.of(new Attachment(attachment.build())));
  }

  private static Site without(NodeBuilder node, PodView... pods) {
    return new Site(
        node.buildMetadata().getName(),
        Optional.of(new NodeView(node.build())),
        List.of(pods),
        List.of(pods),
        Optional.empty());
  }

  private List<Step> decide(PersistentVolumeBuilder volume, Site... sites) {
    return decision.decide(
        new Seen(Optional.of(new Volume(volume.build())), true, Arrays.asList(sites), NOW));
  }

  private List<Step> decide(Site... sites) {
    return decide(volume("ReadWriteOnce"), sites);
  }

  @Test
  void a_pod_on_a_node_has_its_volume_attached_there() {
    assertThat(decide(without(node("one", true), pod("default", "web", "one", 0))))
        .containsExactly(new Step.Attach("one", DRIVER, "vol-1"));
  }

  @Test
  void nothing_is_attached_to_a_node_that_does_not_exist_or_for_a_driver_that_attaches_nothing() {
    PodView web = pod("default", "web", "one", 0);
    Site gone = new Site("one", Optional.empty(), List.of(web), List.of(web), Optional.empty());
    assertThat(decide(gone)).isEmpty();
    Seen local =
        new Seen(
            Optional.of(new Volume(volume("ReadWriteOnce").build())),
            false,
            List.of(without(node("one", true), web)),
            NOW);
    assertThat(decision.decide(local)).isEmpty();
  }

  @Test
  void of_two_nodes_that_want_a_single_node_volume_the_older_pods_has_it() {
    PodView old = pod("default", "old", "two", 60);
    PodView young = pod("default", "young", "one", 5);
    assertThat(decide(without(node("one", true), young), without(node("two", true), old)))
        .containsExactly(
            new Step.Attach("two", DRIVER, "vol-1"),
            new Step.Complain(
                young,
                "Multi-Attach error for volume \"data\" Volume is already used by pod(s) old"));
  }

  @Test
  void the_refusal_names_pods_of_the_same_namespace_and_counts_the_others() {
    Site having =
        site(
            using(told(node("one", true))),
            attachment("one", true),
            pod("default", "b", "one", 60),
            pod("default", "a", "one", 60),
            pod("other", "c", "one", 60));
    PodView near = pod("default", "near", "two", 5);
    PodView far = pod("third", "far", "two", 5);
    assertThat(decide(having, without(node("two", true), near, far)))
        .containsExactly(
            new Step.Complain(
                near,
                "Multi-Attach error for volume \"data\" Volume is already used by pod(s) a, b and 1"
                    + " pod(s) in different namespaces"),
            new Step.Complain(
                far,
                "Multi-Attach error for volume \"data\" Volume is already used by 3 pod(s) in"
                    + " different namespaces"));
  }

  @Test
  void a_volume_that_is_still_attached_where_no_pod_is_left_is_refused_in_other_words() {
    PodView next = pod("default", "next", "two", 5);
    assertThat(
            decide(
                site(using(told(node("one", true))), attachment("one", true)),
                without(node("two", true), next)))
        .containsExactly(
            new Step.Complain(
                next,
                "Multi-Attach error for volume \"data\" Volume is already exclusively attached to"
                    + " one node and can't be attached to another"));
  }

  @Test
  void a_volume_of_many_nodes_is_attached_to_each() {
    for (String mode : List.of("ReadWriteMany", "ReadOnlyMany")) {
      assertThat(
              decide(
                  volume(mode),
                  site(told(node("one", true)), attachment("one", true), pod("x", "a", "one", 9)),
                  without(node("two", true), pod("x", "b", "two", 5))))
          .containsExactly(new Step.Attach("two", DRIVER, "vol-1"));
    }
  }

  @Test
  void what_is_attached_is_told_to_the_kubelet_once() {
    PodView web = pod("default", "web", "one", 0);
    NodeBuilder node = using(node("one", true));
    assertThat(decide(site(node, attachment("one", false), web))).isEmpty();
    assertThat(decide(site(node, attachment("one", true), web)))
        .containsExactly(new Step.ReportAttached(new NodeView(node.build()), UNIQUE, List.of(web)));
    assertThat(decide(site(told(node), attachment("one", true), web))).isEmpty();
  }

  @Test
  void a_failure_to_attach_is_told_to_the_pods_users() {
    PodView web = pod("default", "web", "one", 0);
    VolumeAttachmentBuilder failed =
        attachment("one", false)
            .editStatus()
            .withNewAttachError()
            .withMessage("rpc error: code = Internal desc = no")
            .endAttachError()
            .endStatus();
    assertThat(decide(site(node("one", true), failed, web)))
        .containsExactly(
            new Step.Complain(
                web,
                "AttachVolume.Attach failed for volume \"data\" : rpc error: code = Internal desc ="
                    + " no"));
  }

  @Test
  void a_volume_that_is_being_deleted_is_not_attached_any_more() {
    PodView web = pod("default", "web", "one", 0);
    PersistentVolumeBuilder leaving =
        volume("ReadWriteOnce")
            .editMetadata()
            .withDeletionTimestamp("2026-01-02T00:00:00Z")
            .endMetadata();
    assertThat(decide(leaving, without(node("one", true), web)))
        .containsExactly(
            new Step.Complain(
                web,
                "AttachVolume.Attach failed for volume \"data\" : PersistentVolume \"data\" is"
                    + " marked for deletion"));
  }

  @Test
  void a_volume_leaves_a_node_when_neither_a_pod_nor_the_node_needs_it() {
    NodeBuilder busy = using(told(node("one", true)));
    NodeBuilder told = told(node("one", true));
    VolumeAttachmentBuilder attached = attachment("one", true);
    assertThat(decide(site(busy, attached))).isEmpty();
    assertThat(decide(site(told, attached)))
        .containsExactly(new Step.ReportDetached(new NodeView(told.build()), UNIQUE));
    assertThat(decide(site(node("one", true), attached)))
        .containsExactly(new Step.Detach(new Attachment(attached.build()), Step.Why.UNUSED));
  }

  @Test
  void a_node_that_is_gone_uses_nothing() {
    Attachment attached = new Attachment(attachment("one", true).build());
    assertThat(
            decide(new Site("one", Optional.empty(), List.of(), List.of(), Optional.of(attached))))
        .containsExactly(new Step.Detach(attached, Step.Why.UNUSED));
  }

  @Test
  void a_silent_node_that_uses_the_volume_keeps_it_for_six_minutes() {
    NodeBuilder silent = using(node("one", false));
    VolumeAttachmentBuilder attached = attachment("one", true);
    assertThat(decide(site(silent, attached)))
        .containsExactly(new Step.StartTimer(new Attachment(attached.build()), NOW));
    assertThat(decide(site(silent, unwanted(attached, Duration.ofMinutes(5)))))
        .containsExactly(new Step.Wait(Duration.ofMinutes(1)));
    VolumeAttachmentBuilder overdue = unwanted(attachment("one", true), SIX_MINUTES);
    assertThat(decide(site(silent, overdue)))
        .containsExactly(new Step.Detach(new Attachment(overdue.build()), Step.Why.TIMEOUT));
  }

  @Test
  void a_node_that_comes_back_or_a_pod_stops_the_clock() {
    VolumeAttachmentBuilder overdue = unwanted(attachment("one", true), SIX_MINUTES);
    Step stop = new Step.StopTimer(new Attachment(overdue.build()));
    assertThat(decide(site(using(node("one", true)), overdue))).containsExactly(stop);
    assertThat(
            decide(site(using(told(node("one", false))), overdue, pod("default", "web", "one", 0))))
        .containsExactly(stop);
  }

  @Test
  void without_a_time_to_force_it_a_silent_node_keeps_the_volume_for_ever() {
    Seen seen =
        new Seen(
            Optional.of(new Volume(volume("ReadWriteOnce").build())),
            true,
            List.of(
                site(
                    using(node("one", false)),
                    unwanted(attachment("one", true), Duration.ofDays(9)))),
            NOW);
    assertThat(new AttachDecision(Optional.empty()).decide(seen)).isEmpty();
  }

  @Test
  void a_node_out_of_service_keeps_nothing() {
    NodeBuilder off =
        using(node("one", false))
            .editSpec()
            .addNewTaint()
            .withKey(Names.OUT_OF_SERVICE)
            .withEffect("NoExecute")
            .endTaint()
            .endSpec();
    VolumeAttachmentBuilder attached = attachment("one", true);
    assertThat(decide(site(off, attached)))
        .containsExactly(
            new Step.Detach(new Attachment(attached.build()), Step.Why.OUT_OF_SERVICE));
  }

  @Test
  void what_is_being_detached_is_no_longer_told_to_the_kubelet_and_not_deleted_twice() {
    VolumeAttachmentBuilder leaving =
        attachment("one", true)
            .editMetadata()
            .withDeletionTimestamp("2026-01-02T00:00:00Z")
            .endMetadata();
    NodeBuilder told = told(node("one", true));
    assertThat(decide(site(told, leaving)))
        .containsExactly(new Step.ReportDetached(new NodeView(told.build()), UNIQUE));
    assertThat(decide(site(node("one", true), leaving))).isEmpty();
  }

  @Test
  void an_attachment_outlives_its_pv_and_is_still_detached() {
    NodeBuilder told = told(node("one", true));
    Seen seen =
        new Seen(Optional.empty(), false, List.of(site(told, attachment("one", true))), NOW);
    assertThat(decision.decide(seen))
        .containsExactly(new Step.ReportDetached(new NodeView(told.build()), UNIQUE));
  }
}
