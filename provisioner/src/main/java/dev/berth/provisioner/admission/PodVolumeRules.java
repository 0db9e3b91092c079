package dev.berth.provisioner.admission;

import io.fabric8.kubernetes.api.model.EmptyDirVolumeSource;
import io.fabric8.kubernetes.api.model.EphemeralVolumeSource;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimTemplate;
import io.fabric8.kubernetes.api.model.Volume;
import java.util.List;
import java.util.Set;

/** The rules of one volume of a pod: one source, and that one well formed. */
final class PodVolumeRules {
  private static final Set<String> NOT_SOURCES = Set.of("name");
  private static final Set<String> MEDIA = Set.of("", "Memory");

  private PodVolumeRules() {}

  /** A volume that says nothing is an emptyDir. */
  static void complete(Volume volume) {
    if (Trees.fields(Trees.of(volume), NOT_SOURCES).isEmpty()) {
      volume.setEmptyDir(new EmptyDirVolumeSource());
    }
    if (volume.getEphemeral() != null
        && volume.getEphemeral().getVolumeClaimTemplate() != null
        && volume.getEphemeral().getVolumeClaimTemplate().getSpec() != null) {
      ClaimRules.complete(volume.getEphemeral().getVolumeClaimTemplate().getSpec());
    }
  }

  static void check(Faults faults, String path, Volume volume) {
    List<String> sources = Trees.fields(Trees.of(volume), NOT_SOURCES);
    sources.stream()
        .skip(1)
        .forEach(
            source ->
                faults.forbid(path + "." + source, "may not specify more than 1 volume type"));
    if (volume.getPersistentVolumeClaim() != null) {
      String field = path + ".persistentVolumeClaim.claimName";
      if (faults.has(field, volume.getPersistentVolumeClaim().getClaimName())) {
        Names.subdomain(faults, field, volume.getPersistentVolumeClaim().getClaimName());
      }
    }
    if (volume.getHostPath() != null) {
      HostPathRules.check(faults, path + ".hostPath", volume.getHostPath());
    }
    if (volume.getNfs() != null && faults.has(path + ".nfs.server", volume.getNfs().getServer())) {
      String field = path + ".nfs.path";
      if (faults.has(field, volume.getNfs().getPath())) {
        HostPathRules.absolute(faults, field, volume.getNfs().getPath());
      }
    }
    if (volume.getEmptyDir() != null) {
      checkEmptyDir(faults, path + ".emptyDir", volume.getEmptyDir());
    }
    ContentRules.check(faults, path, volume);
    if (volume.getEphemeral() != null) {
      checkEphemeral(faults, path + ".ephemeral.volumeClaimTemplate", volume.getEphemeral());
    }
  }

  private static void checkEmptyDir(Faults faults, String path, EmptyDirVolumeSource source) {
    faults.oneOf(path + ".medium", source.getMedium(), MEDIA);
    if (source.getSizeLimit() != null) {
      Quantities.notNegative(faults, path + ".sizeLimit", source.getSizeLimit());
    }
  }

  private static void checkEphemeral(Faults faults, String path, EphemeralVolumeSource source) {
    PersistentVolumeClaimTemplate template = source.getVolumeClaimTemplate();
    if (faults.has(path, template) && faults.has(path + ".spec", template.getSpec())) {
      ClaimRules.check(faults, path + ".spec", template.getSpec());
    }
  }
}
