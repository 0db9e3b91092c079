package dev.berth.provisioner.pod;

import java.util.Map;

/**
 * What a driver said about a volume and is told again on the node.
 *
 * @param volume the volumeAttributes of the PersistentVolume
 * @param publish what it said when it attached the volume to this node; empty when it attaches
 *     nothing
 * @param secrets where those are that it is given besides
 */
record CsiContext(Map<String, String> volume, Map<String, String> publish, CsiSecrets secrets) {
  CsiContext {
    volume = Map.copyOf(volume);
    publish = Map.copyOf(publish);
  }
}
