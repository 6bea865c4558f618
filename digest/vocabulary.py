"""Words for `names`: what names nothing in particular, and which words of a source lead to which short form."""

from __future__ import annotations

# Words that a summary may use of any paper; they name nothing that could be wrong.
COMMON = frozenset(
    """
    ai ml dl nlp cv llm llms llm's mllm vlm lm lms plm gpu gpus cpu cpus tpu api apis sota ui gui url pdf html csv
    json xml sql http id ok iot 3d 2d 1d 4d rgb web app apps token tokens prompt prompts agent agents python github
    arxiv f1 auc kl mse rl qa nn hci kg xr vr ar nlu nlg eda ct usa uk eu us covid internet wifi wi-fi bluetooth
    online offline attention softmax encoder decoder embedding embeddings pipeline benchmark baseline backbone
    adapter dropout bayesian gaussian markov english chinese mandarin japanese french german spanish russian korean
    arabic hindi european american asian western boolean euclidean fourier latin linux windows ios android p-value
    top-1 top-5 top-k zero-shot few-shot one-shot end-to-end plug-and-play state-of-the-art seq2seq sim2real
    sim-to-real text-to-image text-to-speech k-means k-fold hot-swap workflow checkpoint feedback latex markdown
    unicode docker kubernetes open-source code project page demo monday tuesday wednesday thursday friday saturday
    sunday january february march april may june july august september october november december i we our it this
    that these the a an in on for with by from to of and or but if as at however moreover furthermore finally
    experiments results data msun mstar
    """.split()  # noqa: SIM905 - a page of words
)
# Short forms whose long form does not tell by its initials, or is often left out.
LEAD_TO = {
    "cnn": "convolution", "rnn": "recurrent", "gan": "adversarial|generative", "rag": "retriev", "knn": "nearest",
    "cot": "chain|reasoning", "svm": "support vector|kernel", "pca": "principal", "sgd": "gradient",
    "dnn": "deep|neural", "adam": "optimi[sz]|gradient", "mlp": "perceptron|feed-?forward|neural",
    "asr": "speech|recogn", "ocr": "document|text", "tts": "speech|synthes",
    "transformer": "attention|former|bert|gpt|vit|language model|llm|diffusion", "eeg": "electroenceph",
    "ecg": "electrocard", "ekg": "electrocard", "ppg": "photopleth", "emg": "electromyo",
    "mri": "magnetic resonance|MRI", "fmri": "magnetic resonance", "vae": "autoencoder", "ae": "autoencoder",
    "xai": "explain", "bert": "BERT", "moe": "experts", "lora": "low-rank", "vit": "vision transformer",
    "dit": "diffusion transformer", "sde": "stochastic differential", "ode": "differential equation",
    "pde": "differential equation", "uav": "unmanned|drone", "uavs": "unmanned|drone", "lidar": "laser|point cloud",
    "slam": "simultaneous local", "dpo": "preference optim", "ppo": "policy optim", "grpo": "policy optim",
    "rlhf": "human feedback", "sft": "supervised fine|finetun|fine-tun", "icl": "in-context", "gnn": "graph neural",
    "relu": "rectif|piecewise", "iot": "internet of things", "aigc": "ai-generated", "cuda": "gpu",
    "nerf": "radiance", "3dgs": "gaussian splat", "bev": "bird", "psnr": "signal-to-noise",
    "snr": "signal-to-noise|noise ratio", "rmse": "root", "mae": "absolute error", "map": "average precision",
    "iou": "intersection", "wer": "word error", "cer": "character error", "mos": "opinion score",
    "vlm": "vision-language|visual language|vision language",
    "vlms": "vision-language|visual language|vision language", "mllms": "multimodal", "lvlm": "vision-language",
    "kv": "key-value", "http": "web", "dna": "genom", "rna": "genom|transcript", "nas": "architecture search",
    "automl": "automat", "pytorch": "torch", "openai": "gpt", "nvidia": "gpu", "l1": "ell", "l2": "ell",
    "pinn": "physics-informed", "pinns": "physics-informed", "ssl": "self-supervised|semi-supervised",
    "flops": "comput|floating", "co2": "carbon", "pm25": "particulate", "covid19": "covid|pandemic|sars",
    "mcts": "monte carlo", "mcmc": "monte carlo", "dsp": "signal process", "stt": "speech-to-text|recognition",
}  # fmt: skip
