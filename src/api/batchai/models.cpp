#include "api/batchai/models.hpp"

namespace homeport::api::batchai {
namespace {

constexpr Need kRequired = Need::Required;
constexpr Need kOptional = Need::Optional;
constexpr const char* kKeyVault = "a secret of a Key Vault";

constexpr Field kResourceId[] = {{"id", Kind::Text, kRequired}};

// Volumes.

constexpr Field kStorageCredentials[] = {
    {"accountKey", Kind::Secret},
    {"accountKeySecretReference", Kind::Unbuilt, kOptional, {}, kKeyVault}};

constexpr Field kFileShare[] = {{"accountName", Kind::Text, kRequired},
                                {"azureFileUrl", Kind::Text, kRequired},
                                {"credentials", Kind::Object, kRequired, kStorageCredentials},
                                {"relativeMountPath", Kind::Text, kRequired},
                                {"fileMode", Kind::Text, kOptional, {}, "", "0777"},
                                {"directoryMode", Kind::Text, kOptional, {}, "", "0777"}};

constexpr Field kBlobFileSystem[] = {{"accountName", Kind::Text, kRequired},
                                     {"containerName", Kind::Text, kRequired},
                                     {"credentials", Kind::Object, kRequired, kStorageCredentials},
                                     {"relativeMountPath", Kind::Text, kRequired},
                                     {"mountOptions"}};

constexpr Field kFileServer[] = {
    {"fileServer", Kind::Unbuilt, kRequired, {}, "the mount of a file server"}};

constexpr Field kUnmanagedFileSystem[] = {{"mountCommand", Kind::Text, kRequired},
                                          {"relativeMountPath", Kind::Text, kRequired}};

constexpr Field kMountVolumes[] = {
    {"azureFileShares", Kind::Objects, kOptional, kFileShare},
    {"azureBlobFileSystems", Kind::Objects, kOptional, kBlobFileSystem},
    {"fileServers", Kind::Objects, kOptional, kFileServer},
    {"unmanagedFileSystems", Kind::Objects, kOptional, kUnmanagedFileSystem}};

// Variables.

constexpr Field kVariable[] = {{"name", Kind::Text, kRequired},
                               {"value", Kind::Text, Need::Present}};

constexpr Field kSecretVariable[] = {
    {"name", Kind::Text, kRequired},
    {"value", Kind::Secret},
    {"valueSecretReference", Kind::Unbuilt, kOptional, {}, kKeyVault}};

// Clusters.

constexpr Field kManualScale[] = {{"targetNodeCount", Kind::Integer, kRequired},
                                  {"nodeDeallocationOption",
                                   Kind::Choice,
                                   kOptional,
                                   {},
                                   "requeue terminate waitforjobcompletion",
                                   "requeue"}};

constexpr Field kAutoScale[] = {{"minimumNodeCount", Kind::Integer, kRequired},
                                {"maximumNodeCount", Kind::Integer, kRequired},
                                {"initialNodeCount", Kind::Integer}};

constexpr Field kScaleSettings[] = {{"manual", Kind::Object, kOptional, kManualScale},
                                    {"autoScale", Kind::Object, kOptional, kAutoScale}};

constexpr Field kImageReference[] = {{"publisher", Kind::Text, kRequired},
                                     {"offer", Kind::Text, kRequired},
                                     {"sku", Kind::Text, kRequired},
                                     {"version", Kind::Text, kOptional, {}, "", "latest"},
                                     {"virtualMachineImageId"}};

constexpr Field kVirtualMachineConfiguration[] = {
    {"imageReference", Kind::Object, kOptional, kImageReference}};

constexpr Field kSetupTask[] = {{"commandLine", Kind::Text, kRequired},
                                {"environmentVariables", Kind::Objects, kOptional, kVariable},
                                {"secrets", Kind::Objects, kOptional, kSecretVariable},
                                {"stdOutErrPathPrefix", Kind::Text, kRequired}};

constexpr Field kAppInsights[] = {
    {"component", Kind::Object, kRequired, kResourceId},
    {"instrumentationKey", Kind::Secret},
    {"instrumentationKeySecretReference", Kind::Unbuilt, kOptional, {}, kKeyVault}};

constexpr Field kPerformanceCounters[] = {
    {"appInsightsReference", Kind::Object, kRequired, kAppInsights}};

constexpr Field kNodeSetup[] = {
    {"setupTask", Kind::Object, kOptional, kSetupTask},
    {"mountVolumes", Kind::Object, kOptional, kMountVolumes},
    {"performanceCountersSettings", Kind::Object, kOptional, kPerformanceCounters}};

constexpr Field kUserAccount[] = {{"adminUserName", Kind::Text, kRequired},
                                  {"adminUserSshPublicKey"},
                                  {"adminUserPassword", Kind::Secret}};

constexpr const char* kPriorities = "dedicated lowpriority";

constexpr Field kCluster[] = {
    {"vmSize", Kind::Text, kRequired},
    {"vmPriority", Kind::Choice, kOptional, {}, kPriorities, "dedicated"},
    {"scaleSettings", Kind::Object, kRequired, kScaleSettings},
    {"virtualMachineConfiguration", Kind::Object, kOptional, kVirtualMachineConfiguration},
    {"userAccountSettings", Kind::Object, kRequired, kUserAccount},
    {"nodeSetup", Kind::Object, kOptional, kNodeSetup},
    {"subnet", Kind::Object, kOptional, kResourceId}};

constexpr Field kScaleOnly[] = {{"scaleSettings", Kind::Object, kOptional, kScaleSettings}};

// Jobs.

constexpr Field kRegistryCredentials[] = {
    {"username", Kind::Text, kRequired},
    {"password", Kind::Secret},
    {"passwordSecretReference", Kind::Unbuilt, kOptional, {}, kKeyVault}};

constexpr Field kImageSource[] = {{"serverUrl"},
                                  {"image", Kind::Text, kRequired},
                                  {"credentials", Kind::Object, kOptional, kRegistryCredentials}};

constexpr Field kContainer[] = {{"imageSourceRegistry", Kind::Object, kRequired, kImageSource},
                                {"shmSize"}};

constexpr Field kProcessCount{"processCount", Kind::Integer, kOptional, {}, "", nullptr, 1};

constexpr Field kCntk[] = {{"languageType", Kind::Choice, kOptional, {}, "BrainScript Python"},
                           {"configFilePath"},
                           {"pythonScriptFilePath"},
                           {"pythonInterpreterPath"},
                           {"commandLineArgs"},
                           kProcessCount};

constexpr Field kPyTorch[] = {{"pythonScriptFilePath", Kind::Text, kRequired},
                              {"pythonInterpreterPath"},
                              {"commandLineArgs"},
                              kProcessCount,
                              {"communicationBackend"}};

constexpr Field kTensorFlow[] = {
    {"pythonScriptFilePath", Kind::Text, kRequired},
    {"pythonInterpreterPath"},
    {"masterCommandLineArgs"},
    {"workerCommandLineArgs"},
    {"parameterServerCommandLineArgs"},
    {"workerCount", Kind::Integer, kOptional, {}, "", nullptr, 1},
    {"parameterServerCount", Kind::Integer, kOptional, {}, "", nullptr, 0}};

constexpr Field kCaffe[] = {{"configFilePath"},
                            {"pythonScriptFilePath"},
                            {"pythonInterpreterPath"},
                            {"commandLineArgs"},
                            kProcessCount};

constexpr Field kCaffe2[] = {{"pythonScriptFilePath", Kind::Text, kRequired},
                             {"pythonInterpreterPath"},
                             {"commandLineArgs"}};

/// Chainer and Horovod.
constexpr Field kScriptOfRanks[] = {{"pythonScriptFilePath", Kind::Text, kRequired},
                                    {"pythonInterpreterPath"},
                                    {"commandLineArgs"},
                                    kProcessCount};

constexpr Field kCustomToolkit[] = {{"commandLine", Kind::Text, kRequired}};
constexpr Field kCustomMpi[] = {{"commandLine", Kind::Text, kRequired}, kProcessCount};

constexpr Field kJobPreparation[] = {{"commandLine", Kind::Text, kRequired}};
constexpr Field kInputDirectory[] = {{"id", Kind::Text, kRequired},
                                     {"path", Kind::Text, kRequired}};
constexpr Field kOutputDirectory[] = {
    {"id", Kind::Text, kRequired}, {"pathPrefix", Kind::Text, kRequired}, {"pathSuffix"}};
constexpr Field kConstraints[] = {{"maxWallClockTime", Kind::Duration, kOptional, {}, "", "P7D"}};

constexpr Field kJob[] = {
    {"schedulingPriority", Kind::Choice, kOptional, {}, "low normal high", "normal"},
    {"cluster", Kind::Object, kRequired, kResourceId},
    {"mountVolumes", Kind::Object, kOptional, kMountVolumes},
    {"nodeCount", Kind::Integer, kRequired, {}, "", nullptr, 1},
    {"containerSettings", Kind::Object, kOptional, kContainer},
    {"cntkSettings", Kind::Object, kOptional, kCntk},
    {"pyTorchSettings", Kind::Object, kOptional, kPyTorch},
    {"tensorFlowSettings", Kind::Object, kOptional, kTensorFlow},
    {"caffeSettings", Kind::Object, kOptional, kCaffe},
    {"caffe2Settings", Kind::Object, kOptional, kCaffe2},
    {"chainerSettings", Kind::Object, kOptional, kScriptOfRanks},
    {"customToolkitSettings", Kind::Object, kOptional, kCustomToolkit},
    {"customMpiSettings", Kind::Object, kOptional, kCustomMpi},
    {"horovodSettings", Kind::Object, kOptional, kScriptOfRanks},
    {"jobPreparation", Kind::Object, kOptional, kJobPreparation},
    {"stdOutErrPathPrefix", Kind::Text, kRequired},
    {"inputDirectories", Kind::Objects, kOptional, kInputDirectory},
    {"outputDirectories", Kind::Objects, kOptional, kOutputDirectory},
    {"environmentVariables", Kind::Objects, kOptional, kVariable},
    {"secrets", Kind::Objects, kOptional, kSecretVariable},
    {"constraints", Kind::Object, kOptional, kConstraints, "", "{}"}};

constexpr Field kWorkspace[] = {{"location", Kind::Text, kRequired}};

}  // namespace

const Model kWorkspaceParameters{kWorkspace};
const Model kClusterProperties{kCluster};
const Model kClusterScale{kScaleOnly};
const Model kJobProperties{kJob};

}  // namespace homeport::api::batchai
