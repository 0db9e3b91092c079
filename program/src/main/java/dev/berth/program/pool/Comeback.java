package dev.berth.program.pool;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.provisioner.object.Names;
import dev.berth.provisioner.quantity.Bytes;
import dev.berth.storage.Claim;
import dev.berth.storage.Content;
import dev.berth.storage.Volume;

/**
 * The PersistentVolume by which a volume that came back can be used again: kept for the claim that
 * it was made for, by name, and retained until somebody says otherwise.
 */
record Comeback(String driver, String node) {
  ObjectNode manifest(Volume volume) {
    ObjectNode pv = JsonNodeFactory.instance.objectNode();
    pv.put("apiVersion", "v1").put("kind", "PersistentVolume");
    ObjectNode meta = pv.putObject("metadata");
    meta.put(
        "name",
        volume.claim().map(Claim::volume).filter(n -> !n.isEmpty()).orElse(volume.id().name()));
    meta.putObject("labels").put(Names.nodeLabel(driver), node);
    meta.putObject("annotations").put(Names.PROVISIONED_BY, driver);
    ObjectNode spec = pv.putObject("spec");
    spec.putObject("capacity")
        .put("storage", new Bytes(volume.size().value()).toQuantity().toString());
    spec.putArray("accessModes").add("ReadWriteOnce");
    spec.put("storageClassName", "");
    spec.put("persistentVolumeReclaimPolicy", "Retain");
    volume
        .claim()
        .filter(claim -> !claim.name().isEmpty())
        .ifPresent(
            claim ->
                spec.putObject("claimRef")
                    .put("apiVersion", "v1")
                    .put("kind", "PersistentVolumeClaim")
                    .put("namespace", claim.namespace())
                    .put("name", claim.name()));
    ObjectNode csi = spec.putObject("csi");
    csi.put("driver", driver).put("volumeHandle", volume.id().toString());
    switch (volume.content()) {
      case Content.Filesystem(var type) -> {
        spec.put("volumeMode", "Filesystem");
        csi.put("fsType", type.kernelName());
      }
      case Content.Directory _ -> spec.put("volumeMode", "Filesystem");
      case Content.Block _ -> spec.put("volumeMode", "Block");
    }
    ObjectNode term =
        spec.putObject("nodeAffinity")
            .putObject("required")
            .putArray("nodeSelectorTerms")
            .addObject()
            .putArray("matchExpressions")
            .addObject();
    term.put("key", Names.nodeLabel(driver)).put("operator", "In").putArray("values").add(node);
    return pv;
  }
}
