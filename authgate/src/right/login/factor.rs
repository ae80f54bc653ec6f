//! The authentication methods of RFC 8176 section 2, as types: `Factor<factor::Otp>`.

use super::Word;

macro_rules! methods {
    ($($name:ident $text:literal $meaning:literal)*) => {
        $(
            #[doc = concat!("`", $text, "`: ", $meaning, ".")]
            #[derive(Debug)]
            pub struct $name;

            impl Word for $name {
                const TEXT: &'static str = $text;
            }
        )*
    };
}

methods! {
    Face "face" "biometric authentication by facial recognition"
    Fpt "fpt" "biometric authentication by a fingerprint"
    Geo "geo" "by the place"
    Hwk "hwk" "proof of possession of a key that hardware keeps"
    Iris "iris" "biometric authentication by an iris scan"
    Kba "kba" "knowledge-based authentication"
    Mca "mca" "multiple-channel authentication"
    Mfa "mfa" "multiple-factor authentication"
    Otp "otp" "a one-time password"
    Pin "pin" "a personal identification number or a pattern"
    Pop "pop" "proof of possession of a key"
    Pwd "pwd" "a password"
    Rba "rba" "risk-based authentication"
    Retina "retina" "biometric authentication by a retina scan"
    Sc "sc" "a smart card"
    Sms "sms" "a text message"
    Swk "swk" "proof of possession of a key that software keeps"
    Tel "tel" "a telephone call"
    User "user" "a test that the user is present"
    Vbm "vbm" "biometric authentication by a voiceprint"
    Wia "wia" "Windows integrated authentication"
}
