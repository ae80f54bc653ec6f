//! The authentication methods of RFC 8176 section 2 as types: `Factor<factor::ByOtp>`.

use super::ConstStr;

macro_rules! methods {
    ($($name:ident $text:literal $meaning:literal)*) => {
        $(
            #[doc = concat!("`", $text, "`: ", $meaning, ".")]
            ///
            /// # Examples
            ///
            /// ```
            #[doc = concat!("use authgate::right::{ConstStr, factor::", stringify!($name), "};")]
            ///
            #[doc = concat!("assert_eq!(", stringify!($name), "::TEXT, \"", $text, "\");")]
            /// ```
            #[derive(Debug)]
            pub struct $name;

            impl ConstStr for $name {
                const TEXT: &'static str = $text;
            }
        )*
    };
}

methods! {
    ByFace "face" "biometric authentication by facial recognition"
    ByFpt "fpt" "biometric authentication by a fingerprint"
    ByGeo "geo" "geolocation"
    ByHwk "hwk" "proof of possession of a hardware-secured key"
    ByIris "iris" "biometric authentication by an iris scan"
    ByKba "kba" "knowledge-based authentication"
    ByMca "mca" "multiple-channel authentication"
    ByMfa "mfa" "multiple-factor authentication"
    ByOtp "otp" "a one-time password"
    ByPin "pin" "a personal identification number or a pattern"
    ByPop "pop" "proof of possession of a key"
    ByPwd "pwd" "a password"
    ByRba "rba" "risk-based authentication"
    ByRetina "retina" "biometric authentication by a retina scan"
    BySc "sc" "a smart card"
    BySms "sms" "a text message"
    BySwk "swk" "proof of possession of a software-secured key"
    ByTel "tel" "a telephone call"
    ByUser "user" "a test that the user is present"
    ByVbm "vbm" "biometric authentication by a voiceprint"
    ByWia "wia" "Windows integrated authentication"
}
