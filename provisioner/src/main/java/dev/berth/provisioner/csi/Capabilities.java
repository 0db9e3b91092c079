package dev.berth.provisioner.csi;

import dev.berth.csi.v1.ControllerServiceCapability;
import dev.berth.csi.v1.GroupControllerServiceCapability;
import dev.berth.csi.v1.NodeServiceCapability;
import dev.berth.csi.v1.PluginCapability;
import java.util.Set;

/**
 * What a driver says that it can do (CSI spec, GetPluginCapabilities and its two siblings).
 *
 * @param plugin services of the plugin as a whole
 * @param controller calls of its Controller service; empty when it has none
 * @param node calls of its Node service
 * @param group calls of its GroupController service
 */
public record Capabilities(
    Set<PluginCapability.Service.Type> plugin,
    Set<ControllerServiceCapability.RPC.Type> controller,
    Set<NodeServiceCapability.RPC.Type> node,
    Set<GroupControllerServiceCapability.RPC.Type> group) {
  public Capabilities {
    plugin = Set.copyOf(plugin);
    controller = Set.copyOf(controller);
    node = Set.copyOf(node);
    group = Set.copyOf(group);
  }

  /** Of a driver without groups. */
  public Capabilities(
      Set<PluginCapability.Service.Type> plugin,
      Set<ControllerServiceCapability.RPC.Type> controller,
      Set<NodeServiceCapability.RPC.Type> node) {
    this(plugin, controller, node, Set.of());
  }

  /** Whether snapshots are made and deleted, and volumes made of them. */
  public boolean snapshots() {
    return controller.contains(ControllerServiceCapability.RPC.Type.CREATE_DELETE_SNAPSHOT);
  }

  /** Whether ListSnapshots is offered. */
  public boolean listSnapshots() {
    return controller.contains(ControllerServiceCapability.RPC.Type.LIST_SNAPSHOTS);
  }

  /** Whether volumes are made of other volumes. */
  public boolean cloning() {
    return controller.contains(ControllerServiceCapability.RPC.Type.CLONE_VOLUME);
  }

  /** Whether ControllerModifyVolume is offered. */
  public boolean modify() {
    return controller.contains(ControllerServiceCapability.RPC.Type.MODIFY_VOLUME);
  }

  /** Whether snapshots of several volumes are cut at one instant. */
  public boolean groupSnapshots() {
    return group.contains(
        GroupControllerServiceCapability.RPC.Type.CREATE_DELETE_GET_VOLUME_GROUP_SNAPSHOT);
  }

  /** Whether volumes are reachable from some nodes only, so that requests say where. */
  public boolean topology() {
    return plugin.contains(PluginCapability.Service.Type.VOLUME_ACCESSIBILITY_CONSTRAINTS);
  }

  /** Whether volumes are created and deleted through the driver. */
  public boolean createDelete() {
    return controller.contains(ControllerServiceCapability.RPC.Type.CREATE_DELETE_VOLUME);
  }

  /** Whether volumes are attached to nodes and detached by the controller service. */
  public boolean publishUnpublish() {
    return controller.contains(ControllerServiceCapability.RPC.Type.PUBLISH_UNPUBLISH_VOLUME);
  }

  /** Whether a volume may be attached for reading only. */
  public boolean publishReadonly() {
    return controller.contains(ControllerServiceCapability.RPC.Type.PUBLISH_READONLY);
  }

  /** Whether GetCapacity is offered. */
  public boolean capacity() {
    return controller.contains(ControllerServiceCapability.RPC.Type.GET_CAPACITY);
  }

  /** Whether ControllerExpandVolume is offered. */
  public boolean controllerExpand() {
    return controller.contains(ControllerServiceCapability.RPC.Type.EXPAND_VOLUME);
  }

  /** Whether the two finer single-node access modes may be sent. */
  public boolean singleNodeMultiWriter() {
    return controller.contains(ControllerServiceCapability.RPC.Type.SINGLE_NODE_MULTI_WRITER)
        || node.contains(NodeServiceCapability.RPC.Type.SINGLE_NODE_MULTI_WRITER);
  }

  /** Whether a volume is staged once per node before it is published. */
  public boolean stageUnstage() {
    return node.contains(NodeServiceCapability.RPC.Type.STAGE_UNSTAGE_VOLUME);
  }

  /** Whether NodeExpandVolume is offered. */
  public boolean nodeExpand() {
    return node.contains(NodeServiceCapability.RPC.Type.EXPAND_VOLUME);
  }

  /** Whether NodeGetVolumeStats is offered. */
  public boolean stats() {
    return node.contains(NodeServiceCapability.RPC.Type.GET_VOLUME_STATS);
  }
}
