# Opaque ids as an application makes them: random, the session in the store under the id's hash.
#
#   my $id = new_id();                                          # 128 random bits; no log may have it
#   put_session($redis, $id, {sub => '42', sid => 's1'});       # the id's key and the record
#   my $value = signed_express($id, 'v1');                      # by cookie-signature's rules, of that key
package OpaqueIds;

use strict;
use warnings;

use Digest::SHA qw(hmac_sha256 sha256);
use Exporter qw(import);
use MIME::Base64 qw(encode_base64 encode_base64url);

use Workspace qw(folder read_file keep_secret);

our @EXPORT = qw(new_id id_key put_session signed_express signed_remix);

sub new_id {
    open my $random, '<:raw', '/dev/urandom' or die "urandom: $!";
    read $random, my $bytes, 16;
    my $id = encode_base64url($bytes);
    keep_secret($id);
    return $id;
}

sub id_key { 'session:opaque:' . encode_base64url(sha256($_[0])) }

# The record's fields, `sid` being its name; an hour to live where no `expires_at` is given.
sub put_session {
    my ($redis, $id, $fields) = @_;
    my %record = (sub => '42', created_at => time - 10, expires_at => time + 3600, %$fields);
    my $sid = delete $record{sid} // 's1';
    defined $record{$_} or delete $record{$_} for keys %record;
    my $data = "session:data:{$record{sub}}:$sid";
    $redis->cli('DEL', id_key($id), $data);
    $redis->cli('HSET', id_key($id), sub => $record{sub}, sid => $sid);
    $redis->cli('HSET', $data, %record);
    $redis->cli('EXPIRE', $_, 3600) for id_key($id), $data;
    return $id;
}

sub signature {
    my ($text, $key) = @_;
    my $signature = encode_base64(hmac_sha256($text, read_file(folder() . "/$key.key")), '');
    $signature =~ s/=+$//;
    return $signature;
}

sub percent_encoded { $_[0] =~ s/([^A-Za-z0-9_.!~*'()-])/sprintf '%%%02X', ord $1/egr }

sub signed_express {
    my ($id, $key) = @_;
    return percent_encoded("s:$id." . signature($id, $key));
}

sub signed_remix {
    my ($id, $key) = @_;
    my $text = encode_base64(qq("$id"), '');
    return percent_encoded("$text." . signature($text, $key));
}

1;
