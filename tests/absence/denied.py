"""What is excluded by design, as data: packages, words of code, words of columns; each with its rule."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Capability:
    """One thing that Quiétude never does."""

    name: str
    rule: str
    """Row of the rulebook."""
    packages: frozenset[str]
    """Distributions, in their normalised names, of any registry."""
    words: frozenset[str]
    """Words of a distribution's name (between - _ . / @) that give it away."""
    modules: frozenset[str]
    """Import names, and attributes of libraries that do more than one thing (cv2.CascadeClassifier)."""


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


CAPABILITIES = (
    Capability(
        "recognition of faces",
        "5",
        _set(
            "deepface dlib dlib-bin face-recognition face-recognition-models facenet-pytorch insightface mtcnn "
            "retina-face retinaface mediapipe face-api.js face-alignment faceapi clearview compreface-sdk arcface "
            "azure-cognitiveservices-vision-face pyfaces keras-vggface keras-facenet uniface"
        ),
        _set("face faces facial facenet biometric biometrics biometry iris"),
        _set(
            "deepface dlib face_recognition facenet_pytorch insightface mtcnn retinaface mediapipe face_alignment "
            "cv2.face cv2.CascadeClassifier cv2.FaceDetectorYN cv2.FaceRecognizerSF CascadeClassifier "
            "FaceDetectorYN FaceRecognizerSF LBPHFaceRecognizer_create"
        ),
    ),
    Capability(
        "reading of plates",
        "7",
        _set("openalpr fast-alpr fast-plate-ocr open-image-models anpr alpr plate-recognizer nomeroff-net"),
        _set("anpr alpr lapi plate plates licenseplate numberplate"),
        _set("openalpr fast_alpr fast_plate_ocr anpr alpr nomeroff_net"),
    ),
    Capability(
        "recognition of gait and re-identification of persons",
        "5",
        _set("opengait torchreid fastreid fast-reid beegait-engine autogaita deep-person-reid boxmot"),
        _set("gait reid reidentification"),
        _set("opengait torchreid fastreid boxmot"),
    ),
    Capability(
        "recognition of voices, and speech",
        "5, 6",
        _set(
            "pyannote-audio pyannote.audio resemblyzer speechbrain speechrecognition openai-whisper faster- "
            "whisper vosk whisperx pocketsphinx librosa torchaudio nemo-toolkit pyaudio sounddevice soundfile "
            "webrtcvad deepspeech simple-diarizer"
        ),
        _set("speaker diarization diarizer voice voiceprint whisper vosk speech asr stt microphone"),
        _set(
            "pyannote resemblyzer speechbrain speech_recognition whisper faster_whisper vosk librosa torchaudio "
            "pyaudio sounddevice soundfile webrtcvad pocketsphinx audioop wave sndhdr ossaudiodev"
        ),
    ),
    Capability(
        "reading of emotions, lies and intentions",
        "5",
        _set("fer py-feat hsemotion hsemotion-onnx emotion rmn emopy"),
        _set("emotion emotions emotional lie deception"),
        _set("fer feat hsemotion hsemotion_onnx rmn emopy"),
    ),
    Capability(
        "profiling of authors on social networks",
        "9",
        _set(
            "tweepy snscrape instaloader praw facebook-scraper twint twscrape tiktokapi telethon facebook-sdk "
            "maigret socid-extractor linkedin-api instagrapi twikit ntscraper sherlock-project holehe"
        ),
        _set("twitter tweet instagram facebook tiktok linkedin telegram osint snapchat"),
        _set(
            "tweepy snscrape instaloader praw facebook_scraper twint twscrape TikTokApi telethon instagrapi "
            "twikit maigret"
        ),
    ),
    Capability(
        "scoring of persons",
        "4",
        _set("compas recidivism predpol"),
        _set("recidivism creditscore socialscore"),
        _set("recidivism"),
    ),
)

PERSONS = _set(
    "person persons people individual individuals human citizen citizens resident residents offender "
    "offenders suspect suspects perpetrator victim victims complainant complainants author authors driver "
    "drivers passenger minors youth household family_member pedestrian homeless migrant tenant user users "
    "agent agents officer personne personnes individu individus habitant habitants citoyen citoyens "
    "auteur auteurs plaignant plaignants victime victimes mineurs mis_en_cause conducteur conducteurs "
    "usager usagers riverain riverains locataire locataires famille foyer suspecte sdf"
)
JUDGEMENTS = _set(
    "score scores scoring rating ratings rank ranking risk risks danger dangerous dangerousness threat "
    "reputation trustworthiness suspicion suspiciousness propensity likelihood probability honesty "
    "profile profiling watch watchlist watched blacklist blocklist recidivism solvency notation risque "
    "risques dangerosite menace profil profilage surveille liste_noire recidive probabilite"
)
NEVER = _set(
    "dangerousness dangerosite recidivism recidive watchlist blacklist liste_noire fiche_s "
    "person_of_interest persons_of_interest known_offender repeat_offender multirecidiviste social_score "
    "risk_score_person gang_member radicalisation radicalization ethnicity ethnie race religion "
    "sexual_orientation orientation_sexuelle faceprint voiceprint face_embedding face_id gait_signature "
    "emotion_label plate_number numero_plaque immatriculation license_plate"
)
HANDLES = _set(
    "handle screen_name author author_id author_name author_handle auteur pseudo pseudonyme tweet "
    "follower followers following profile_url profile_picture avatar bio hashtag_user account_url"
)
AUDIO = _set(
    "audio sound_file recording waveform voice speech microphone pcm wav mp3 flac ogg opus aac m4a "
    "spectrogram mfcc enregistrement micro voix parole onde_sonore"
)


def words_of(name: str) -> list[str]:
    """Return the words of an identifier: "isWatched_person" gives is, watched, person."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)
    return [word for word in re.split(r"[^a-z0-9]+", _plain(spaced.lower())) if word]


def _plain(text: str) -> str:
    return text.translate(str.maketrans("àâäçéèêëîïôöùûü", "aaaceeeeiioouuu"))


def holds(name: str, vocabulary: frozenset[str]) -> bool:
    """Tell whether an identifier holds a word, or words in a row, of a vocabulary."""
    words = words_of(name)
    runs = {"_".join(words[start:end]) for start in range(len(words)) for end in range(start + 1, len(words) + 1)}
    return bool(runs & vocabulary)


EXCEPTIONS: dict[tuple[str, str], str] = {}
"""(Class or table, field) that sounds like a judgement of persons and is none: why. An exception needs a reviewer."""


def judges_a_person(owner: str, field: str) -> bool:
    """Tell whether a field is a score, list or profile of persons, by its own name or with its owner's."""
    if (owner, field) in EXCEPTIONS:
        return False
    if holds(field, NEVER) or holds(owner, NEVER):
        return True
    return holds(field, JUDGEMENTS) and (holds(field, PERSONS) or holds(owner, PERSONS))


def denied_package(name: str) -> str | None:
    """Return why a distribution is excluded, None when it is not."""
    plain = re.sub(r"[-_]+", "-", name.lower())
    words = {word for word in re.split(r"[-_./@]+", plain) if word}
    for capability in CAPABILITIES:
        if plain in capability.packages or words & capability.words:
            return f"{name}: {capability.name} (rule {capability.rule})"
    return None


def denied_module(dotted: str) -> str | None:
    """Return why an import or an attribute is excluded, None when it is not."""
    root, last = dotted.split(".", maxsplit=1)[0], dotted.rsplit(".", maxsplit=1)[-1]
    for capability in CAPABILITIES:
        if {dotted, root} & capability.modules or (last in capability.modules and last[0].isupper()):
            return f"{dotted}: {capability.name} (rule {capability.rule})"
    return None
