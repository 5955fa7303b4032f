#pragma once

/// Names of the variables that Batch AI gave to a job's processes.
namespace homeport::api::batchai {

namespace variable {
inline constexpr const char* kMountRoot = "AZ_BATCHAI_MOUNT_ROOT";
inline constexpr const char* kJobMountRoot = "AZ_BATCHAI_JOB_MOUNT_ROOT";
inline constexpr const char* kJobTemp = "AZ_BATCHAI_JOB_TEMP";
inline constexpr const char* kJobTempDir = "AZ_BATCHAI_JOB_TEMP_DIR";
inline constexpr const char* kSharedJobTemp = "AZ_BATCHAI_SHARED_JOB_TEMP";
inline constexpr const char* kStdOutErrDir = "AZ_BATCHAI_STDOUTERR_DIR";
inline constexpr const char* kInput = "AZ_BATCHAI_INPUT_";    ///< with the directory's id behind it
inline constexpr const char* kOutput = "AZ_BATCHAI_OUTPUT_";  ///< likewise
inline constexpr const char* kMpiHostFile = "AZ_BATCHAI_MPI_HOST_FILE";
inline constexpr const char* kHostList = "AZ_BATCH_HOST_LIST";
inline constexpr const char* kGpus = "AZ_BATCHAI_NUM_GPUS";
inline constexpr const char* kGpusPerNode = "AZ_BATCHAI_NUM_GPUS_PER_NODE";
inline constexpr const char* kServerHosts = "AZ_BATCHAI_PS_HOSTS";
inline constexpr const char* kWorkerHosts = "AZ_BATCHAI_WORKER_HOSTS";
inline constexpr const char* kTaskIndex = "AZ_BATCHAI_TASK_INDEX";
inline constexpr const char* kTaskType = "AZ_BATCHAI_TASK_TYPE";
inline constexpr const char* kPyTorchInitMethod = "AZ_BATCHAI_PYTORCH_INIT_METHOD";
inline constexpr const char* kPyTorchBackend = "AZ_BATCHAI_PYTORCH_BACKEND";
inline constexpr const char* kMasterAddress = "AZ_BATCHAI_JOB_MASTER_NODE_IP";
inline constexpr const char* kMpiMasterNode = "AZ_BATCHAI_MPI_MASTER_NODE";
inline constexpr const char* kMasterNode = "AZ_BATCH_MASTER_NODE";
inline constexpr const char* kClusterName = "AZ_BATCHAI_CLUSTER_NAME";
inline constexpr const char* kWorkDir = "AZ_BATCHAI_JOB_WORK_DIR";
inline constexpr const char* kRoot = "AZ_BATCHAI_ROOT";
inline constexpr const char* kJobId = "AZ_BATCH_JOB_ID";
inline constexpr const char* kNodeId = "AZ_BATCH_NODE_ID";
}  // namespace variable

}  // namespace homeport::api::batchai
