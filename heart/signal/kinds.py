"""Named synthetic heart sounds: the app's examples and the tests' ground truth.

Timing, outline and pitch of each finding follow Leatham, Auscultation of the heart and phonocardiography (1970), and
Constant, Bedside cardiology (1999). They illustrate a finding; they are not recordings of patients.
"""

from collections.abc import Mapping

from heart.signal.heart_sound import HeartSound, Murmur

KINDS: Mapping[str, HeartSound] = {
    "normal": HeartSound(),
    "normal_fast": HeartSound(
        title="Normal heart of a child",
        description="A healthy heart at 118 per minute, with marked breathing variation.",
        heart_rate_bpm=118,
        breaths_per_minute=24,
        breathing_rate_depth=0.05,
    ),
    "normal_slow": HeartSound(
        title="Slow normal heart",
        description="An athlete's resting heart at 48 per minute: long, quiet diastole.",
        heart_rate_bpm=48,
        breathing_rate_depth=0.05,
    ),
    "aortic_stenosis": HeartSound(
        title="Aortic stenosis",
        description="A harsh crescendo-decrescendo murmur in systole after an ejection click, with a soft second sound.",
        heart_rate_bpm=70,
        s2_level=0.45,
        split_inspiration_s=0.02,
        ejection_click_level=0.25,
        murmurs=(Murmur("systole", 0.2, 0.95, "diamond", 90, 420, -11),),
    ),
    "mitral_regurgitation": HeartSound(
        title="Mitral regurgitation",
        description="A blowing murmur of even loudness through the whole of systole, with a soft first sound.",
        heart_rate_bpm=78,
        s1_level=0.8,
        s3_level=0.15,
        murmurs=(Murmur("systole", 0.05, 1.0, "plateau", 150, 500, -16),),
    ),
    "mitral_prolapse": HeartSound(
        title="Mitral valve prolapse",
        description="A late systolic murmur that grows towards the second sound.",
        heart_rate_bpm=74,
        murmurs=(Murmur("systole", 0.5, 1.0, "crescendo", 150, 450, -12),),
    ),
    "ventricular_septal_defect": HeartSound(
        title="Ventricular septal defect",
        description="A child's loud, harsh murmur through the whole of systole that hides the heart sounds' edges.",
        heart_rate_bpm=100,
        split_inspiration_s=0.055,
        murmurs=(Murmur("systole", 0.0, 1.0, "plateau", 100, 450, -12),),
    ),
    "innocent_murmur": HeartSound(
        title="Innocent murmur",
        description="A short, soft, vibratory murmur in early systole, common in healthy children.",
        heart_rate_bpm=92,
        murmurs=(Murmur("systole", 0.2, 0.7, "diamond", 90, 180, -17),),
    ),
    "aortic_regurgitation": HeartSound(
        title="Aortic regurgitation",
        description="A high, blowing murmur that starts with the second sound and fades through diastole.",
        heart_rate_bpm=76,
        murmurs=(Murmur("diastole", 0.04, 0.85, "decrescendo", 180, 550, -15),),
    ),
    "mitral_stenosis": HeartSound(
        title="Mitral stenosis",
        description="A loud first sound, an opening snap, and a low rumble in diastole that swells before the next beat.",
        heart_rate_bpm=72,
        s1_level=1.3,
        opening_snap_level=0.25,
        murmurs=(
            Murmur("diastole", 0.22, 0.7, "decrescendo", 40, 140, -16),
            Murmur("diastole", 0.72, 1.0, "crescendo", 45, 160, -14),
        ),
    ),
    "third_sound": HeartSound(
        title="Third heart sound",
        description="A dull, low thud 0.14 s after the second sound: a gallop.",
        heart_rate_bpm=84,
        s3_level=0.35,
    ),
    "fourth_sound": HeartSound(
        title="Fourth heart sound",
        description="A dull, low thud just before the first sound: a stiff ventricle.",
        heart_rate_bpm=74,
        s4_level=0.35,
    ),
    "extrasystoles": HeartSound(
        title="Extrasystoles",
        description="A regular heart with early beats, each followed by a pause.",
        heart_rate_bpm=72,
        duration_s=20,
        extrasystole_share=0.15,
    ),
    "atrial_fibrillation": HeartSound(
        title="Atrial fibrillation",
        description="An irregular rhythm without any order, in which beats after short intervals are softer.",
        heart_rate_bpm=92,
        duration_s=20,
        rate_jitter=0,
        irregularity=0.22,
    ),
    "noisy": HeartSound(
        title="Noisy recording",
        description="A normal heart under room noise, mains hum and a few knocks.",
        signal_to_noise_db=-3,
        hum_level=1.0,
        knocks_per_minute=12,
        knock_level=3,
    ),
    "artifact": HeartSound(
        title="No heart at all",
        description="Speech, handling knocks and noise without a heart: the recording to be refused.",
        heart_level=0,
        signal_to_noise_db=15,
        knocks_per_minute=60,
        knock_level=4,
        speech_level=1.0,
    ),
}
