package dev.berth.provisioner.modification;

import dev.berth.provisioner.object.Claim;
import dev.berth.provisioner.object.Volume;
import io.fabric8.kubernetes.api.model.storage.VolumeAttributesClass;
import java.time.Instant;
import java.util.Optional;

/**
 * Everything that was read about a claim whose volume may be to be modified.
 *
 * @param volume the volume that it names
 * @param wanted the VolumeAttributesClass that it names, if that exists
 */
record Seen(
    Claim claim, Optional<Volume> volume, Optional<VolumeAttributesClass> wanted, Instant now) {}
